// What is the plan of one migration, on a database or on none?
import { changes } from '../../../src/changes/index.ts';
import { nextMigration, nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import { type Catalog, catalogFormat, type Named } from '../../../src/database/catalog/index.ts';
import type { MigrationPlan } from '../../../src/model/plan.ts';
import { createCompiler } from '../../../src/plan/compile.ts';
import { liveFacts } from '../../../src/plan/live-facts.ts';
import { createTouched } from '../../../src/plan/touched.ts';
import { loadParser, loadPrinter } from '../../../src/sql/index.ts';
import { readBlock } from '../../harness/judge-case.ts';

const parser = await loadParser();
const compile = createCompiler({ kinds: changes, parser, print: await loadPrinter() });
const judge = createJudge(changes);

const keepsNothing = /^-- roadbook:option park=none$/m;

/** Every table counts as a large one. `before` is what was there, as statements or as a live catalog. */
export async function planOf(
  before: string | Catalog,
  sql: string,
  objects: Record<string, Named> = {},
  major = 18,
): Promise<MigrationPlan> {
  const catalog: Catalog =
    typeof before === 'string'
      ? {
          format: catalogFormat,
          server: { major, version: `${major}`, encoding: 'UTF8', locale: 'C' },
          objects,
          unread: [],
        }
      : before;
  const known =
    typeof before === 'string'
      ? judge(parser.split(before, 'before').statements, { ...nothingKnown, major }).facts
      : liveFacts({ catalog, sizes: {}, major, searchPath: ['public'], parser });
  const migration = await readBlock('migration.sql', sql);
  return compile({
    migration: { ...migration, options: keepsNothing.test(sql) ? { park: 'none' } : migration.options },
    label: 'migration.sql',
    facts: nextMigration(known),
    catalog,
    online: 'always',
    touched: createTouched(),
  }).plan;
}

/** Of the warnings that something runs as written although that blocks: why. */
export function reasons({ problems }: MigrationPlan): readonly string[] {
  return problems.flatMap(({ code, detail }) => (code === 'runs-as-written' && detail ? [detail] : []));
}

/** One line a stage: its kind, then its statements on one line each. */
export function stagesOf({ stages }: MigrationPlan): readonly string[] {
  return stages.map(({ kind, settings, steps }) =>
    [
      `${kind}${settings.length === 0 ? '' : ` [${settings.join('; ')}]`}`,
      ...steps.map(({ sql }) => sql.replaceAll(/\s+/g, ' ')),
    ].join(' | '),
  );
}
