// What is known of a statement outside of a transaction once its migration is in the journal?
import type { Connection } from '../../database/connection.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { Watch } from '../../verify/watch-blockers.ts';
import type { Line } from '../line.ts';
import type { Run } from '../run.ts';
import type { Lone } from './lone-statement.ts';

export interface LoneRun extends Run {
  readonly line: Line;
  readonly watch: Watch;
  readonly retries: number;
}

export interface Begun {
  readonly connection: Connection;
  readonly migration: ReadMigration;
  readonly lone: Lone;
  readonly run: LoneRun;
  /** Number of the migration's row in the journal. */
  readonly number: number;
  /** An earlier attempt was cut off. */
  readonly resumed: boolean;
}

/** Waiting for old transactions is part of such a statement: a short time-out would only make it start over. */
export async function withLockTimeout(connection: Connection, ms: number, work: () => Promise<void>): Promise<void> {
  await connection.run(`SET lock_timeout = ${Math.round(ms)}`);
  try {
    await work();
  } finally {
    await connection.run('RESET lock_timeout').catch(() => {});
  }
}
