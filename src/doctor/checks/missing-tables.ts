// Do the pending migrations need tables that are not there?

import { partsOfName } from '../../database/catalog/index.ts';
import { nearNames } from '../../database/near-names.ts';
import { entryOf, qualifiedName } from '../../model/facts.ts';
import { listing } from '../../model/listing.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { defineCheck, type Examined } from '../define.ts';
import { type Step, walkPending } from '../walk-pending.ts';
import { others } from './which-database.ts';

interface Needed extends Pick<Step, 'migration' | 'statement'> {
  readonly relation: string;
  /** Names without their schema. */
  readonly near: readonly string[];
}

export const missingTables = defineCheck({
  name: 'missing-tables',
  group: 'migrations',
  about: 'whether what the pending migrations need is there',
  needs: 'database',
  look: async (examined) => {
    const needed: Needed[] = [];
    /** Which migration makes a relation, by its key. */
    const makers = new Map<string, string>();
    await walkPending(examined, (step) => {
      look(step);
      return () => {};
    });
    function look(step: Step): void {
      const { migration, statement, locks, effects, facts, pending } = step;
      for (const effect of effects)
        if (effect.effect === 'make-relation') makers.set(qualifiedName(effect.name), migration.id);
      if (pending.opaque() || pending.blind() || isLenient(step)) return;
      const names = Object.keys(facts.relations).map((key) => key.slice(key.indexOf('.') + 1));
      for (const { relation } of locks) {
        const words = partsOfName(relation);
        if (relation === '*' || words[0] === 'pg_temp' || pending.has(words.at(-1))) continue;
        if (entryOf(facts.relations, words.join('.')) !== undefined) continue;
        const near = nearNames(words.at(-1) ?? '', [...new Set(names)]);
        needed.push({ migration, statement, relation, near });
      }
    }
    const found = [];
    for (const own of byMigration(await absent(examined, needed))) found.push(await told(own, makers, examined));
    return { found };
  },
});

/** IF EXISTS: it is no mistake where the table is not there. */
function isLenient({ statement }: Step): boolean {
  return JSON.stringify(statement.node).includes('"missing_ok":true');
}

const sql = `select w.n from pg_catalog.jsonb_to_recordset($1::jsonb) as w(n int, schema text, name text)
where not exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  where c.relname = w.name and (w.schema is null or s.nspname = w.schema))
order by w.n`;

/** What is not in the catalog that was read can belong to an extension. Each once, where it is needed first. */
async function absent({ connection }: Examined, needed: readonly Needed[]): Promise<readonly Needed[]> {
  if (needed.length === 0) return [];
  const asked = needed.map(({ relation }, n) => {
    const words = partsOfName(relation);
    return { n, schema: words.at(-2) ?? null, name: words.at(-1) ?? '' };
  });
  const { rows } = await connection.query<{ n: number }>(sql, [JSON.stringify(asked)]);
  const first = new Map<string, Needed>();
  for (const { n } of rows) {
    const one = needed[n];
    if (one !== undefined && !first.has(one.relation)) first.set(one.relation, one);
  }
  return [...first.values()];
}

function byMigration(needed: readonly Needed[]): readonly (readonly [Needed, ...Needed[]])[] {
  const grouped = new Map<string, [Needed, ...Needed[]]>();
  for (const one of needed) {
    const same = grouped.get(one.migration.id);
    if (same === undefined) grouped.set(one.migration.id, [one]);
    else same.push(one);
  }
  return [...grouped.values()];
}

/** All that one migration lacks, at the statement that needs it first. */
async function told(
  own: readonly [Needed, ...Needed[]],
  makers: ReadonlyMap<string, string>,
  { connection, journal, live, project }: Examined,
): Promise<Problem> {
  const { database } = connection.server;
  const [{ migration, statement }] = own;
  const relations = own.map(({ relation }) => relation);
  const near = [...new Set(own.flatMap((one) => one.near))];
  const later = new Set(relations.flatMap((relation) => makers.get(partsOfName(relation).join('.')) ?? []));
  const [maker] = later;
  const tables = Object.keys((await live()).catalog.objects.table ?? {}).length;
  const applied = (await journal())?.applied.length ?? 0;
  const state = [
    `Neither ${database} nor a pending migration before it has ${own.length === 1 ? 'that table' : 'them'}.`,
    tables === 0
      ? `There is no table at all in ${database}.`
      : applied === 0
        ? `${database} has ${tables} ${tables === 1 ? 'table' : 'tables'}, and nothing was applied to it by Roadbook.`
        : '',
  ];
  const hint =
    maker === undefined || maker === migration.id
      ? [
          near.length === 0 ? '' : `Did you mean ${listing(near, 3)}?`,
          `If an earlier migration makes it, bring that file into the migrations folder, for example by merging its branch; if another tool made the tables before, run that one first. If this is the wrong database, give the right one with --database.${tables === 0 ? await others(connection) : ''}`,
        ]
      : [`${maker} makes it, but runs later. Give that one an earlier date, or this one a later one.`];
  const what =
    own.length === 1 ? `the table ${relations[0]}, which is` : `the tables ${listing(relations, 4)}, which are`;
  return problem('table-missing', `${migration.id} needs ${what} not there`, {
    detail: state.filter((sentence) => sentence !== '').join(' '),
    hint: hint.filter((sentence) => sentence !== '').join(' '),
    where: { file: project.label(migration), line: statement.line, column: statement.column },
  });
}
