// Where nothing is large and nothing is planned: do the rows that are there allow what is pending?
import { changes } from '../../changes/index.ts';
import { clausesOf } from '../../check/clauses.ts';
import { Failure } from '../../model/failure.ts';
import type { Problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { Held } from '../held.ts';
import { planned } from './planned.ts';

/** A catalog that cannot be read for so long is not waited for: the statements may touch nothing of what is locked. */
const patienceMs = 1_000;

/** Throws where they do not. What it finds that is no reason to stop is handed back. */
export async function rowsFirst(
  migrations: readonly ReadMigration[],
  held: Held,
  begun: string | undefined,
): Promise<readonly Problem[]> {
  const tags = new Set(changes.flatMap(({ on, data }) => (data === null ? [] : on)));
  const asks = ({ statements }: ReadMigration) =>
    statements.some(({ node, text }, index) => clausesOf(node, index, text).some(({ tag }) => tags.has(tag)));
  if (!migrations.some(asks)) return [];
  try {
    const { notes } = await planned(migrations, { ...held, maxWaitMs: patienceMs }, begun);
    return notes;
  } catch (error) {
    if (error instanceof Failure && error.problem.code === 'catalog-locked') return [];
    throw error;
  }
}
