// How does Roadbook plan the migration of a case?
import { changes } from '../../src/changes/index.ts';
import { nextMigration, nothingKnown } from '../../src/check/fold.ts';
import { createJudge } from '../../src/check/judge.ts';
import { type Catalog, catalogFormat, partsOfName, type Sizes } from '../../src/database/catalog/index.ts';
import type { Facts } from '../../src/model/facts.ts';
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
const kindsPlanned = new Set(changes.flatMap(({ kind, plan }) => (typeof plan === 'string' ? [] : [kind])));

/** Whether any kind of them looks at the catalog when it is planned. */
export function looksAtCatalog(kinds: readonly string[]): boolean {
  return kinds.some((kind) => kindsPlanned.has(kind));
}

/** With all that the live catalog says, and every table taken for a large one where nothing else is said. */
export const planCase: PlanCase = async (parsed, major, catalog, small = false) => {
  const before = await readBlock('before.sql', parsed.before);
  const folded = () => judge(before.statements, { ...nothingKnown, major }).facts;
  const facts = catalog === null ? folded() : live(catalog, major, small);
  return await planned({ id: 'migration.sql', text: parsed.migration, major, facts, catalog, small });
};

/** What takes the migration of a case back. The catalog with what is parked. */
export async function planUndo(text: string, major: number, catalog: Catalog, small: boolean): Promise<MigrationPlan> {
  const facts = { ...live(catalog, major, small), parked: catalog.objects.schema?.roadbook_parked !== undefined };
  return await planned({ id: 'undo of migration.sql', text, major, facts, catalog, small });
}

interface Planned {
  readonly id: string;
  readonly text: string;
  readonly major: number;
  readonly facts: Facts;
  readonly catalog: Catalog | null;
  readonly small: boolean;
}

async function planned({ id, text, major, facts, catalog, small }: Planned): Promise<MigrationPlan> {
  const migration = await readBlock(id, text);
  const plan = () =>
    compile({
      migration,
      label: id,
      facts: nextMigration(facts),
      catalog: catalog ?? empty(major),
      online: small ? 'auto' : 'always',
      touched: createTouched(),
    }).plan;
  const once = plan();
  if (JSON.stringify(once) !== JSON.stringify(plan())) throw new Error('planning it again gives another plan');
  return once;
}

const live = (catalog: Catalog, major: number, small: boolean): Facts =>
  liveFacts({ catalog, sizes: small ? nothingIn(catalog) : {}, major, searchPath: ['public'], parser });

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
