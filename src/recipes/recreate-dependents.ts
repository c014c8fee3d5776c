// How is what hangs on a column made anew on its successor while the table is in use: indexes, keys, checks, foreign keys?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { Constraint, SyntaxNode } from '../sql/syntax.ts';
import { columnsIn, type Renames, withColumns } from './column-words.ts';
import type { Draft, DraftStep } from './draft.ts';
import type { FreeNames } from './free-names.ts';
import { indexText } from './index-text.ts';
import { partsOfTable } from './key-of.ts';
import {
  addNotValid,
  CannotRenew,
  comment,
  constraintOf,
  type Found,
  nameIn,
  refuseOdd,
} from './renewed-constraint.ts';

export interface Renewal {
  /** Indexes and proofs, one after the other, while the table is written. */
  readonly build: readonly Draft[];
  /** In the moment of the exchange, before the old columns go. */
  readonly drop: readonly DraftStep[];
  /** In the same moment, when the successors have the old names. */
  readonly finish: readonly DraftStep[];
}

export interface Renewing {
  readonly catalog: Catalog;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly print: (node: SyntaxNode) => string | null;
  /** The table as SQL names it, and as the catalog does. */
  readonly table: string;
  readonly printed: string;
  /** Old column → its successor. */
  readonly renames: Renames;
  readonly names: FreeNames;
}

/** In the order in which they must be built: keys before the foreign keys that need them. Throws `CannotRenew`. */
export function renewals(how: Renewing): readonly Renewal[] {
  const { catalog, printed } = how;
  const own = partsOfTable(catalog, 'constraint', printed).filter(
    ([, { definition }]) => typeof definition === 'string',
  );
  const elsewhere = Object.entries(catalog.objects.constraint ?? {}).filter(
    ([, { on, definition }]) => on !== `table ${printed}` && String(definition).includes(` REFERENCES ${printed}(`),
  );
  const parsed = [...own, ...elsewhere].map((found) => ({ found, constraint: constraintOf(found, how) }));
  const of = (wanted: string) =>
    parsed.flatMap(({ found, constraint }) =>
      constraint !== null && constraint.contype === wanted ? [{ found, constraint }] : [],
    );
  if (of('CONSTR_EXCLUSION').some(({ constraint }) => uses(constraint, how)))
    throw new CannotRenew(
      'An exclusion constraint is of the column, and PostgreSQL cannot build one while the table is written.',
    );
  return [
    ...partsOfTable(catalog, 'index', printed).flatMap((found) => index(found, how)),
    ...[...of('CONSTR_PRIMARY'), ...of('CONSTR_UNIQUE')]
      .filter(({ constraint }) => names(constraint.keys, how) || names(constraint.including, how))
      .map(({ found, constraint }) => key(found, constraint, how)),
    ...of('CONSTR_CHECK')
      .filter(({ constraint }) => uses(constraint, how))
      .map(({ found, constraint }) => check(found, constraint, how)),
    ...of('CONSTR_FOREIGN')
      .filter(({ found, constraint }) =>
        isOwn(found, how)
          ? names(constraint.fk_attrs, how) || refersHere(found, constraint, how)
          : refersHere(found, constraint, how),
      )
      .map(({ found, constraint }) => foreignKey(found, constraint, how)),
  ];
}

function isOwn([, { on }]: Found, { printed }: Renewing): boolean {
  return on === `table ${printed}`;
}

function refersHere([, { definition }]: Found, { pk_attrs }: Constraint, how: Renewing): boolean {
  return String(definition).includes(` REFERENCES ${how.printed}(`) && names(pk_attrs, how);
}

function words(list: readonly SyntaxNode[] | undefined): readonly string[] {
  return (list ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
}

function names(list: readonly SyntaxNode[] | undefined, { renames }: Renewing): boolean {
  return words(list).some((word) => renames.has(word));
}

function uses(constraint: Constraint, { renames }: Renewing): boolean {
  const found = columnsIn({ Constraint: constraint });
  return [...renames.keys()].some((column) => found.has(column));
}

function index([printed, own]: Found, how: Renewing): readonly Renewal[] {
  const { parse, renames, names: free } = how;
  const node = typeof own.definition === 'string' ? parse(own.definition)[0] : undefined;
  if (node === undefined || !('IndexStmt' in node)) return [];
  const found = columnsIn(node);
  if (![...renames.keys()].some((column) => found.has(column))) return [];
  refuseOdd(`Index ${printed}`, own);
  const name = nameIn(printed);
  const meanwhile = free(`roadbook_${name}`);
  const { IndexStmt: renewed } = withColumns(node, renames);
  const tablespace = typeof own.tablespace === 'string' ? { tableSpace: own.tablespace } : {};
  const sql = indexText({ ...renewed, ...tablespace, idxname: meanwhile, concurrent: true }, how);
  if (sql === null) throw new CannotRenew(`PostgreSQL’s printer cannot write index ${printed}.`);
  const schema = schemaOf(printed);
  const rename: DraftStep = {
    sql: `ALTER INDEX ${schema}${quoteIdentifier(meanwhile)} RENAME TO ${quoteIdentifier(name)}`,
    does: `give the new index the old one’s name`,
  };
  return [{ build: [concurrent(sql, printed)], drop: [], finish: [rename, ...afterIndex(printed, own, how)] }];
}

function concurrent(sql: string, name: string): Draft {
  return { stage: 'concurrent', steps: [{ sql, does: `build the successor of ${name} while the table is written` }] };
}

function schemaOf(printed: string): string {
  return partsOfName(printed)
    .slice(0, -1)
    .map((part) => `${quoteIdentifier(part)}.`)
    .join('');
}

function afterIndex(printed: string, own: Properties, { table }: Renewing): readonly DraftStep[] {
  const index = partsOfName(printed).map(quoteIdentifier).join('.');
  return [
    ...(own.clustered === true
      ? [
          {
            sql: `ALTER TABLE ${table} CLUSTER ON ${quoteIdentifier(nameIn(printed))}`,
            does: 'keep the order for CLUSTER',
          },
        ]
      : []),
    ...comment(`INDEX ${index}`, own),
  ];
}

function key(found: Found, constraint: Constraint, how: Renewing): Renewal {
  const { catalog, table, renames, names: free } = how;
  const [printed, own] = found;
  refuseOdd(`Constraint ${printed}`, own);
  if (own.deferrable === true)
    throw new CannotRenew(
      `Constraint ${printed} is deferrable; an index that is built beside it would refuse at once what it puts off.`,
    );
  if (constraint.without_overlaps === true)
    throw new CannotRenew(
      `Constraint ${printed} is WITHOUT OVERLAPS, which PostgreSQL cannot build while the table is written.`,
    );
  const name = nameIn(printed);
  const meanwhile = free(`roadbook_${name}`);
  const [indexName, index] =
    Object.entries(catalog.objects.index ?? {}).find(([, { on }]) => on === `constraint ${printed}`) ?? [];
  if (indexName === undefined || index === undefined)
    throw new CannotRenew(`The index of ${printed} is not in the catalog.`);
  refuseOdd(`Index ${indexName}`, index);
  const list = (columns: readonly SyntaxNode[] | undefined) =>
    words(columns)
      .map((word) => quoteIdentifier(renames.get(word) ?? word))
      .join(', ');
  const options = Array.isArray(index.options) ? index.options.map(String) : [];
  const sql = [
    `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(meanwhile)} ON ${table} (${list(constraint.keys)})`,
    ...(words(constraint.including).length > 0 ? [`INCLUDE (${list(constraint.including)})`] : []),
    ...(constraint.nulls_not_distinct === true ? ['NULLS NOT DISTINCT'] : []),
    ...(options.length > 0
      ? [
          `WITH (${options.map((one) => one.replace(/=(.*)$/s, (_, value: string) => ` = ${quoteLiteral(value)}`)).join(', ')})`,
        ]
      : []),
    ...(typeof index.tablespace === 'string' ? [`TABLESPACE ${quoteIdentifier(index.tablespace)}`] : []),
  ].join(' ');
  const sort = constraint.contype === 'CONSTR_PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE';
  const add: DraftStep = {
    sql: `ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(name)} ${sort} USING INDEX ${quoteIdentifier(meanwhile)}`,
    does: `make the new index ${sort === 'UNIQUE' ? 'the unique constraint' : 'the primary key'}`,
  };
  return {
    build: [concurrent(sql, indexName)],
    drop: [dropConstraint(table, name)],
    finish: [
      add,
      ...comment(`CONSTRAINT ${quoteIdentifier(name)} ON ${table}`, own),
      ...afterIndex(indexName, index, how),
    ],
  };
}

function dropConstraint(table: string, name: string): DraftStep {
  return {
    sql: `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(name)}`,
    does: `drop ${name} of the old column`,
  };
}

function check(found: Found, constraint: Constraint, how: Renewing): Renewal {
  return proved(found, how.table, withColumns({ Constraint: constraint }, how.renames).Constraint, how);
}

function foreignKey(found: Found, constraint: Constraint, how: Renewing): Renewal {
  const { catalog, renames } = how;
  const owner = isOwn(found, how) ? how.printed : String(found[1].on).replace(/^table /, '');
  const table = partsOfName(owner).map(quoteIdentifier).join('.');
  const other = catalog.objects.table?.[owner];
  if (
    other?.['partition key'] !== undefined ||
    other?.['partition bound'] !== undefined ||
    found[1].parent !== undefined
  )
    throw new CannotRenew(
      `Foreign key ${found[0]} is of a partitioned table, where PostgreSQL cannot add one that is not validated.`,
    );
  const rename = (list: SyntaxNode[] | undefined) =>
    list?.map((item) =>
      'String' in item ? { String: { sval: renames.get(item.String.sval ?? '') ?? item.String.sval ?? '' } } : item,
    );
  const own = isOwn(found, how);
  const referring = refersHere(found, constraint, how);
  const { fk_attrs, pk_attrs, fk_del_set_cols } = constraint;
  return proved(
    found,
    table,
    {
      ...constraint,
      ...(own && fk_attrs !== undefined ? { fk_attrs: rename(fk_attrs) ?? [] } : {}),
      ...(own && fk_del_set_cols !== undefined ? { fk_del_set_cols: rename(fk_del_set_cols) ?? [] } : {}),
      ...(referring && pk_attrs !== undefined ? { pk_attrs: rename(pk_attrs) ?? [] } : {}),
    },
    how,
  );
}

/** Added for new rows, then proved for the old ones, under a name of its own until the exchange. */
function proved(found: Found, table: string, constraint: Constraint, how: Renewing): Renewal {
  const [printed, own] = found;
  const name = nameIn(printed);
  const meanwhile = how.names(`roadbook_${name}`);
  const sql = addNotValid(found, table, constraint, meanwhile, how);
  const quoted = quoteIdentifier(meanwhile);
  const add: Draft = {
    stage: 'transaction',
    steps: [{ sql, does: `hold new rows to ${name} with the new column` }],
    commits: true,
  };
  const validate: Draft = {
    stage: 'transaction',
    steps: [
      { sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoted}`, does: 'read all rows while they are written' },
    ],
    alone: true,
  };
  return {
    build: own.validated === false ? [add] : [add, validate],
    drop: [dropConstraint(table, name)],
    finish: [
      {
        sql: `ALTER TABLE ${table} RENAME CONSTRAINT ${quoted} TO ${quoteIdentifier(name)}`,
        does: `give the new constraint the old one’s name`,
      },
      ...comment(`CONSTRAINT ${quoteIdentifier(name)} ON ${table}`, own),
    ],
  };
}
