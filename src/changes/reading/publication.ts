// What does a publication publish, and can the published tables still be written?
import type { Name } from '../../model/change.ts';
import type { Facts, RelationFacts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { partsOf, printName, relationFacts, relationName } from '../name.ts';
import { columnsIn } from './constraint.ts';
import { type Options, optionWord } from './options.ts';

export interface PublishedTable {
  readonly table: Name;
  /** Null means all. */
  readonly columns: readonly string[] | null;
  /** Columns that the row filter looks at. */
  readonly filtered: readonly string[];
}

export interface Published {
  readonly tables: readonly PublishedTable[];
  readonly schemas: readonly string[];
}

export function readPublished(nodes: readonly SyntaxNode[] | undefined, facts: Facts): Published {
  const tables: PublishedTable[] = [];
  const schemas: string[] = [];
  for (const node of nodes ?? []) {
    if (!('PublicationObjSpec' in node)) continue;
    const { pubtable, name, pubobjtype } = node.PublicationObjSpec;
    if (pubtable !== undefined) {
      const { relation, columns, whereClause } = pubtable;
      tables.push({
        table: relationName(relation, facts),
        columns: columns === undefined ? null : partsOf(columns),
        filtered: whereClause === undefined ? [] : columnsIn(whereClause),
      });
    } else if (pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA') schemas.push(facts.searchPath[0] ?? 'public');
    else schemas.push(name ?? '');
  }
  return { tables, schemas };
}

/** Without WITH (publish = …) everything is published. */
export function publishesUpdates(options: Options): boolean {
  const publish = optionWord(options, 'publish');
  return publish === null || /update|delete/i.test(publish);
}

/** Tables that a migration made without a primary key or REPLICA IDENTITY: UPDATE and DELETE fail once they are published. */
export function withoutIdentity(facts: Facts, isPublished: (key: string) => boolean): readonly string[] {
  return Object.entries(facts.relations)
    .filter(([key, known]) => isPublished(key) && lacksIdentity(known))
    .map(([key]) => key)
    .sort();
}

function lacksIdentity({ kind, columns, constraints, replicaIdentity, parents }: RelationFacts): boolean {
  const isTable = kind === 'table' || kind === 'partitioned-table';
  // A partition has what its parent has; columns that are not all known say nothing.
  if (!isTable || columns === null || parents.length > 0 || replicaIdentity === true) return false;
  return !Object.values(constraints).some((constraint) => constraint.kind === 'primary-key');
}

export function identityHazard(tables: readonly string[]): Hazard {
  return {
    code: 'published-table-without-identity',
    family: 'application',
    severity: 'error',
    message: `UPDATE and DELETE on ${tables.slice(0, 5).join(', ')}${tables.length > 5 ? ` and ${tables.length - 5} more` : ''} fail once published`,
    why: 'The subscriber has to know which row is meant. A table without a primary key has no replica identity, and PostgreSQL refuses the application’s UPDATE and DELETE on it while it is published.',
    instead:
      "Give it a primary key, or ALTER TABLE … REPLICA IDENTITY USING INDEX or FULL, before it is published; or publish inserts only: WITH (publish = 'insert').",
  };
}

/** A row filter or column list must get along with the replica identity, else UPDATE and DELETE fail too. */
export function filterHazards(tables: readonly PublishedTable[], facts: Facts): readonly Hazard[] {
  return tables.flatMap(({ table, columns, filtered }) => {
    const known = relationFacts(table, facts);
    const key = Object.values(known?.constraints ?? {}).find(({ kind }) => kind === 'primary-key');
    if (known === undefined || key === undefined || known.replicaIdentity === true) return [];
    const outside = filtered.filter((column) => !key.columns.includes(column));
    const missing = columns === null ? [] : key.columns.filter((column) => !columns.includes(column));
    if (outside.length === 0 && missing.length === 0) return [];
    return [
      {
        code: 'publication-filter-stops-updates',
        family: 'application',
        severity: 'error',
        message: `UPDATE and DELETE on ${printName(table)} fail, since ${outside.length > 0 ? `the row filter looks at ${outside.join(', ')}` : `the column list lacks ${missing.join(', ')}`}`,
        why: 'What is published of an old row is its replica identity, here the primary key: a row filter may look at no other column, and a column list must hold all of it.',
        instead: 'Keep to columns of the primary key, set another REPLICA IDENTITY first, or publish inserts only.',
      } as const,
    ];
  });
}
