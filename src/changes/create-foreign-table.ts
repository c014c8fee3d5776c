// What does CREATE FOREIGN TABLE make and lock?
import type { ColumnFacts } from '../model/facts.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, nameToMake, printName, relationFacts, relationName } from './name.ts';
import type { ColumnReading } from './reading/column.ts';
import type { NamedConstraint } from './reading/constraint.ts';
import { partitionHazards, partitionLocks } from './reading/partition-making.ts';
import { secretHazard, secretOptions } from './reading/secret.ts';
import { readTable } from './reading/table-definition.ts';

export interface CreateForeignTable extends Change {
  readonly kind: 'create-foreign-table';
  readonly table: Name;
  readonly server: string;
  /** Known to be there already, so that IF NOT EXISTS makes nothing. */
  readonly isThere: boolean;
  readonly columns: readonly ColumnReading[];
  /** With those of parents; null where not all are known. */
  readonly allColumns: Readonly<Record<string, ColumnFacts>> | null;
  readonly constraints: readonly NamedConstraint[];
  readonly inherits: readonly Name[];
  readonly partitionOf: Name | null;
  readonly isDefaultPartition: boolean;
  /** Options by name; their values go nowhere. */
  readonly secrets: readonly string[];
}

export default defineChange<CreateForeignTable>({
  kind: 'create-foreign-table',
  explain: {
    title: 'A foreign table is made',
    why: 'Nobody waits for it, and the other server is not asked: whether it has such a table shows at the first query. PARTITION OF holds ACCESS EXCLUSIVE on the partitioned table, INHERITS holds SHARE UPDATE EXCLUSIVE on the parent. NOT NULL and CHECK are believed, not checked.',
    instead: 'Read from it once after the migration. IMPORT FOREIGN SCHEMA takes the columns from the other server.',
    links: ['https://www.postgresql.org/docs/current/sql-createforeigntable.html'],
  },
  on: ['CreateForeignTableStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateForeignTableStmt' in node)) return null;
    const { base, servername = '', options } = node.CreateForeignTableStmt;
    const table = nameToMake(base?.relation, facts);
    const above = (base?.inhRelations ?? []).flatMap((parent) =>
      'RangeVar' in parent ? [relationName(parent.RangeVar, facts)] : [],
    );
    const isPartition = base?.partbound !== undefined;
    const { columns, known, constraints } = readTable(base?.tableElts ?? [], table, above, isPartition, facts);
    const secrets = secretOptions(options);
    return {
      object: `foreign table ${printName(table)}`,
      table,
      server: servername,
      isThere: base?.if_not_exists === true && relationFacts(table, facts) !== undefined,
      columns,
      allColumns: known,
      constraints,
      inherits: isPartition ? [] : above,
      partitionOf: isPartition ? (above[0] ?? null) : null,
      isDefaultPartition: base?.partbound?.is_default === true,
      secrets,
      ...(secrets.length > 0 ? { secret: true } : {}),
    };
  },
  effects: ({ table, isThere, allColumns, constraints, inherits, partitionOf, isDefaultPartition }) =>
    isThere
      ? []
      : [
          {
            effect: 'make-relation',
            name: table,
            kind: 'foreign-table',
            ...(allColumns === null ? {} : { columns: allColumns }),
            constraints: Object.fromEntries(constraints.map(({ name, facts }) => [name, facts])),
            parents: partitionOf === null ? inherits : [partitionOf],
            ...(isDefaultPartition ? { isDefaultPartition } : {}),
          },
        ],
  locks: ({ isThere, inherits, partitionOf }, facts) => {
    if (isThere) return [];
    if (partitionOf !== null) return isNew(partitionOf, facts) ? [] : partitionLocks(partitionOf, facts);
    return inherits
      .filter((parent) => !isNew(parent, facts))
      .map((parent) => ({ relation: printName(parent), mode: 'SHARE UPDATE EXCLUSIVE' }));
  },
  plan: 'as-written',
  data: null,
  hazards: ({ object, secrets, partitionOf }, facts) => [
    ...(secrets.length > 0
      ? [
          secretHazard(
            `option ${secrets.join(', ')} of ${object}`,
            'Put it into a user mapping that is made where the server is set up.',
          ),
        ]
      : []),
    ...(partitionOf === null ? [] : partitionHazards(object, partitionOf, 'foreign table', facts)),
  ],
});
