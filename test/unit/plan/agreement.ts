// In what do the facts folded from a text and those of the live catalog disagree, where both know?
import { isDeepStrictEqual } from 'node:util';
import { connect } from '../../../src/database/connect.ts';
import type { ConstraintFacts, Facts, RelationFacts } from '../../../src/model/facts.ts';
import { readLive } from '../../../src/plan/live.ts';
import { liveFacts } from '../../../src/plan/live-facts.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { to } from '../database/to.ts';

/** As a plan reads them. */
export async function readLiveFacts(url: string): Promise<Facts> {
  await using connection = await connect(to(url), { applicationName: 'test' });
  return liveFacts({ ...(await readLive(connection, { waitMs: 1_000 })), parser: await loadParser() });
}

/** One line for each; none where they agree. */
export function disagreements(folded: Facts, live: Facts): readonly string[] {
  const found: string[] = [];
  const compare = (what: string, told: unknown, seen: unknown) => {
    if (!isDeepStrictEqual(told, seen))
      found.push(`${what}: folded ${JSON.stringify(told)}, live ${JSON.stringify(seen)}`);
  };
  for (const [key, told] of Object.entries(folded.relations)) {
    if (key.startsWith('pg_temp.')) continue;
    const seen = live.relations[key];
    if (seen === undefined) {
      found.push(`${key}: not live`);
      continue;
    }
    if (told.kind === 'unknown') continue;
    compare(`${key} kind`, told.kind, seen.kind);
    if (told.table !== undefined) compare(`${key} table`, told.table, seen.table);
    if (seen.parents.length === 0) compare(`${key} indexed`, told.indexed.toSorted(), seen.indexed.toSorted());
    compare(`${key} parents`, told.parents, seen.parents);
    compare(`${key} default partition`, told.isDefaultPartition ?? false, seen.isDefaultPartition ?? false);
    if (told.rowSecurity !== undefined) compare(`${key} row security`, told.rowSecurity, seen.rowSecurity);
    if (told.policies !== undefined) compare(`${key} policies`, told.policies, seen.policies);
    if (told.replicaIdentity !== undefined)
      compare(`${key} replica identity`, told.replicaIdentity, seen.replicaIdentity);
    compareColumns(key, told, seen, compare);
    compareConstraints(key, told, seen, folded, compare);
  }
  for (const [key, { kind, table }] of Object.entries(live.relations)) {
    // What its parent's index or key makes on a partition, and the sequence of a serial column, no statement names.
    const follows = kind === 'sequence' || (table !== undefined && live.relations[table]?.parents.length !== 0);
    if (folded.relations[key] === undefined && !follows) found.push(`${key}: live only`);
  }
  for (const [name, all] of Object.entries(folded.functions ?? {})) {
    for (const [types, told] of Object.entries(all))
      compare(`function ${name}(${types})`, told, live.functions?.[name]?.[types]);
  }
  for (const [name, told] of Object.entries(folded.domains ?? {}))
    compare(`domain ${name}`, told, live.domains?.[name]);
  return found;
}

type Compare = (what: string, told: unknown, seen: unknown) => void;

function compareColumns(key: string, told: RelationFacts, seen: RelationFacts, compare: Compare): void {
  for (const [name, column] of Object.entries(told.columns ?? {})) {
    const own = seen.columns?.[name];
    if (own === undefined) {
      compare(`${key}.${name}`, 'there', 'not there');
      continue;
    }
    if (column.type !== null) compare(`${key}.${name} type`, column.type, own.type);
    compare(`${key}.${name} not null`, column.notNull, own.notNull);
    // A partition computes what its parent does, and has its identity from 17 on: the text says it of the parent only.
    if (told.parents.length > 0) continue;
    compare(`${key}.${name} default`, column.hasDefault, own.hasDefault);
    compare(`${key}.${name} generated`, column.generated, own.generated);
  }
}

function compareConstraints(
  key: string,
  told: RelationFacts,
  seen: RelationFacts,
  folded: Facts,
  compare: Compare,
): void {
  for (const [name, constraint] of Object.entries(told.constraints)) {
    const own = seen.constraints[name];
    // Before 18 NOT NULL has no name.
    if (own === undefined && constraint.kind === 'not-null' && folded.major < 18) continue;
    compare(`${key} constraint ${name}`, plain(constraint, folded), own === undefined ? undefined : plain(own, folded));
  }
  for (const [name, { kind }] of Object.entries(seen.constraints)) {
    const follows = kind === 'not-null' || seen.parents.length > 0;
    if (told.constraints[name] === undefined && !follows) compare(`${key} constraint ${name}`, undefined, kind);
  }
}

function plain({ kind, columns, validated, references, proves }: ConstraintFacts, folded: Facts) {
  const to = references && {
    table: references.table,
    columns: references.columns.length > 0 ? references.columns : keyOf(folded.relations[references.table]),
  };
  return { kind, columns: columns.toSorted(), validated, references: to, proves: proves?.toSorted() };
}

function keyOf(known: RelationFacts | undefined): readonly string[] {
  return Object.values(known?.constraints ?? {}).find(({ kind }) => kind === 'primary-key')?.columns ?? [];
}
