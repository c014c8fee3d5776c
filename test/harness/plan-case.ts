// How does Roadbook plan the migration of a case?
import { changes } from '../../src/changes/index.ts';
import { nextMigration, nothingKnown } from '../../src/check/fold.ts';
import { createJudge } from '../../src/check/judge.ts';
import { type Catalog, catalogFormat, partsOfName, type Sizes } from '../../src/database/catalog/index.ts';
import type { MigrationPlan } from '../../src/model/plan.ts';
import { createCompiler } from '../../src/plan/compile.ts';
import { liveFacts } from '../../src/plan/live-facts.ts';
import { createTouched } from '../../src/plan/touched.ts';
import { loadParser, loadPrinter } from '../../src/sql/index.ts';
import type { Case } from './case.ts';
import { readBlock } from './judge-case.ts';

/** Without a catalog only what the block `before` says is known. */
export type PlanCase = (
  parsed: Case,
  major: number,
  catalog: Catalog | null,
  /** Every table is known to be small. */
  small?: boolean,
) => Promise<MigrationPlan>;

const parser = await loadParser();
const compile = createCompiler({ kinds: changes, parser, print: await loadPrinter() });
const judge = createJudge(changes);
const planned = new Set(changes.flatMap(({ kind, plan }) => (typeof plan === 'string' ? [] : [kind])));

/** Whether any kind of them looks at the catalog when it is planned. */
export function looksAtCatalog(kinds: readonly string[]): boolean {
  return kinds.some((kind) => planned.has(kind));
}

/** With all that the live catalog says, and every table taken for a large one where nothing else is said. */
export const planCase: PlanCase = async (parsed, major, catalog, small = false) => {
  const before = await readBlock('before.sql', parsed.before);
  const folded = () => judge(before.statements, { ...nothingKnown, major }).facts;
  const live = (known: Catalog) =>
    liveFacts({ catalog: known, sizes: small ? nothingIn(known) : {}, major, searchPath: ['public'], parser });
  const facts = nextMigration(catalog === null ? folded() : live(catalog));
  const migration = await readBlock('migration.sql', parsed.migration);
  const plan = () =>
    compile({
      migration,
      label: 'migration.sql',
      facts,
      catalog: catalog ?? empty(major),
      online: small ? 'auto' : 'always',
      touched: createTouched(),
    }).plan;
  const once = plan();
  if (JSON.stringify(once) !== JSON.stringify(plan())) throw new Error('planning it again gives another plan');
  return once;
};

const nothingIn = ({ objects }: Catalog): Sizes =>
  Object.fromEntries(
    ['table', 'foreign table', 'materialized view'].flatMap((kind) =>
      Object.keys(objects[kind] ?? {}).map((name) => [partsOfName(name).join('.'), { rows: 0, bytes: 0 }]),
    ),
  );

const empty = (major: number): Catalog => ({
  format: catalogFormat,
  server: { major, version: `${major}`, encoding: 'UTF8', locale: 'C' },
  objects: {},
  unread: [],
});

/** What a later version of the program, or another process, would read of it. */
export function asStored(plan: MigrationPlan): MigrationPlan {
  return JSON.parse(JSON.stringify(plan));
}
