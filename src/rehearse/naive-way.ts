// What becomes of a migration that is carried out as it is written?
import { composeMessage } from '../apply/message.ts';
import { migrationFailure } from '../apply/migration-failure.ts';
import { verifyFailed } from '../apply/run-problems.ts';
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { Failure } from '../model/failure.ts';
import type { Problem } from '../model/problem.ts';
import type { ReadMigration } from '../read/index.ts';
import { runSection } from '../verify/assertions.ts';

export type NaiveEnd =
  | { readonly done: true }
  /** `because`: of the rows that are there, or since PostgreSQL does not do it so, though a plan may find a way. */
  | { readonly done: false; readonly because: 'rows' | 'way' | 'other'; readonly problem: Problem };

/** PostgreSQL wants these statements to stand alone, or what they make to be committed first. */
const notTogether = new Set(['25001', '55P04', '25P02']);
/** It does not change what others use. */
const notSo = new Set(['0A000', '2BP01']);

/** In one transaction, or statement by statement where PostgreSQL refuses that. Where it fails in one, nothing of it stays. */
export async function goNaively(connection: Connection, migration: ReadMigration, file: string): Promise<NaiveEnd> {
  const together = await inOne(connection, migration, file);
  if (!('sqlstate' in together) || !notTogether.has(together.sqlstate)) return together;
  return oneByOne(connection, migration, file);
}

type Tried = NaiveEnd & { readonly sqlstate?: string };

async function inOne(connection: Connection, migration: ReadMigration, file: string): Promise<Tried> {
  const message = composeMessage(['BEGIN'], migration.statements, []);
  try {
    await connection.run(message.text);
    const assertions = await runSection(connection, migration, { within: true });
    if (assertions.some(({ ok }) => !ok))
      throw verifyFailed(migration, file, assertions, 'It was rehearsed on a twin.');
    await connection.run('SET CONSTRAINTS ALL IMMEDIATE;\nCOMMIT');
    return { done: true };
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {});
    return ended(error, migration, { message, file, connection });
  }
}

async function oneByOne(connection: Connection, migration: ReadMigration, file: string): Promise<Tried> {
  for (const statement of migration.statements) {
    const message = composeMessage([], [statement], []);
    try {
      await connection.run(message.text);
    } catch (error) {
      return ended(error, { ...migration, statements: [statement] }, { message, file, connection });
    }
  }
  const assertions = await runSection(connection, migration);
  if (assertions.every(({ ok }) => ok)) return { done: true };
  return ended(verifyFailed(migration, file, assertions, 'It was rehearsed on a twin.'), migration, null);
}

interface Around {
  readonly message: ReturnType<typeof composeMessage>;
  readonly file: string;
  readonly connection: Connection;
}

function ended(error: unknown, migration: ReadMigration, around: Around | null): Tried {
  if (error instanceof Failure) return { done: false, because: 'rows', problem: error.problem };
  const said = serverError(error);
  if (said === null || said.lost || around === null) throw error;
  const { message, file, connection } = around;
  const stayed = 'It was rehearsed on a twin; the database itself was not touched.';
  const { problem } = migrationFailure({ error: said, migration, message, file, role: connection.server.user, stayed });
  return { done: false, because: whyOf(said.sqlstate), problem, sqlstate: said.sqlstate };
}

/** Class 22 is about values, 23 about constraints; P0001 is what the user's own code raises. */
function whyOf(sqlstate: string): 'rows' | 'way' | 'other' {
  if (/^(22|23)/.test(sqlstate) || sqlstate === 'P0001') return 'rows';
  return notSo.has(sqlstate) || notTogether.has(sqlstate) ? 'way' : 'other';
}
