// Does a case end as it began when it is applied and taken back, and as it ended when it is applied again?

import { compareCatalogs } from '../../src/database/catalog/index.ts';
import { beforeOf, readBefore } from '../../src/definitions/before.ts';
import type { MigrationPlan } from '../../src/model/plan.ts';
import { keptFor } from '../../src/undo/kept.ts';
import { type Ask, type WayBack, wayBack } from '../../src/undo/way-back.ts';
import { differenceSentence } from '../../src/verify/difference-sentence.ts';
import type { Case } from './case.ts';
import { catalogOf, differentEnds, type EndState, endState, wholeCatalogOf } from './end-state.ts';
import { asStored, planCase, planUndo } from './plan-case.ts';
import { openClient } from './relations.ts';
import { plainly, runPlan } from './run-plan.ts';
import { allRows, lostBetween, writeSome } from './written-between.ts';

export interface UndoneCase {
  /** Why nothing is to be undone: the migration itself cannot be applied here; or the rows written since do not allow it. */
  readonly refused: string | null;
  /** What is not as it was, in sentences. */
  readonly wrong: readonly string[];
  /** What was said that cannot be brought back. */
  readonly cannot: readonly string[];
  readonly statements: readonly string[];
}

export interface UndoneOptions {
  readonly major: number;
  /** Every table is small. */
  readonly small: boolean;
  /** Rows are written between the migration and its undo. */
  readonly writing: boolean;
}

/** What rows written since can be in the way of. */
const rowsInTheWay =
  /violates|contains? null values|duplicate key|could not create unique index|out of range|invalid input|value too long|still referenced/;

export async function undoCase(parsed: Case, url: string, options: UndoneOptions): Promise<UndoneCase> {
  const { major, small, writing } = options;
  const plan = async () => run(url, await planCase(parsed, major, await catalogOf(url), small), small);
  const [before, was, rowsBefore] = [await endState(url, parsed.volatile), await catalogOf(url), await allRows(url)];
  const refused = await plan();
  if (refused !== null) return { refused, wrong: [], cannot: [], statements: [] };
  const after = await endState(url, parsed.volatile);
  const recorded = readBefore(JSON.parse(JSON.stringify(beforeOf(was, await catalogOf(url)))));
  if (recorded === null) throw new Error('what was before is not read again');
  const rowsAfter = await allRows(url);
  if (writing && (await writeSome(url)) === 0) return { refused: 'no row can be written', ...nothing };
  const rowsWritten = await allRows(url);
  const live = await wholeCatalogOf(url);
  const back = wayBack({ migration: 'migration.sql', live, before: recorded, kept: keptFor(live, 'migration.sql') });
  const told = { refused: null, cannot: back.cannot, statements: back.statements };
  const asked = await answered(back.asks, url);
  if (writing && asked.length > 0) return { ...told, refused: `no value for ${asked.join(', ')}`, wrong: [] };
  const failed = await takeBack(back, url, major, small);
  if (writing && failed !== null && rowsInTheWay.test(failed)) return { ...told, refused: failed, wrong: [] };
  if (failed !== null) return { ...told, wrong: [`the undo fails: ${failed}`] };
  const wrong = writing
    ? [
        ...compareCatalogs(was, await catalogOf(url), { ignore: ['.order'] }).map(differenceSentence),
        ...lostBetween(rowsBefore, rowsAfter, rowsWritten, await allRows(url)),
      ]
    : different('undone', before, await endState(url, parsed.volatile));
  if (wrong.length > 0 || writing) return { ...told, wrong };
  const refusedAgain = await plan();
  if (refusedAgain !== null) return { ...told, wrong: [`it cannot be applied again: ${refusedAgain}`] };
  return { ...told, wrong: different('applied again', after, await endState(url, parsed.volatile)) };
}

const nothing = { wrong: [], cannot: [], statements: [] };

/** Columns that rows have no value for. */
async function answered(asks: readonly Ask[], url: string): Promise<readonly string[]> {
  const client = await openClient(url);
  const found: string[] = [];
  for (const { column, count, examples } of asks) {
    const { rows } = await client.query<{ rows: string }>(count);
    if (Number(rows[0]?.rows) > 0)
      found.push(`${column} of ${(await client.query<{ key: string }>(examples)).rows[0]?.key}`);
  }
  await client.end();
  return found;
}

async function takeBack(back: WayBack, url: string, major: number, small: boolean): Promise<string | null> {
  if (back.statements.length === 0) return null;
  const live = await wholeCatalogOf(url);
  return await run(url, await planUndo(back.statements.join(';\n'), major, live, small), small);
}

/** What the server said where it fails. */
async function run(url: string, plan: MigrationPlan, small: boolean): Promise<string | null> {
  const client = await openClient(url);
  try {
    return (await runPlan(client, url, asStored(plan), () => true, plainly, small)).failed;
  } finally {
    await client.end();
  }
}

/** A sequence gives no number twice, so it may be ahead of where it was. */
function different(when: string, expected: EndState, actual: EndState): readonly string[] {
  const ahead = [...expected.sequences].filter(
    ([name, last]) => Number(actual.sequences.get(name)) >= Number(last ?? 0),
  );
  const sequences = new Map([
    ...expected.sequences,
    ...ahead.map(([name]) => [name, actual.sequences.get(name) ?? null] as const),
  ]);
  return differentEnds({ ...expected, sequences }, actual, ['.order']).map((difference) => `${when}: ${difference}`);
}
