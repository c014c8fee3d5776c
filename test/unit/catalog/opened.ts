// How does a test get a connection to a database of its own?

import { connect } from '../../../src/database/connect.ts';
import type { Connection } from '../../../src/database/connection.ts';
import { resolveTarget } from '../../../src/database/target.ts';
import type { TestDatabase } from '../../harness/servers.ts';

export async function opened(url: string): Promise<Connection> {
  const target = resolveTarget({ database: url, env: {} });
  if (!target) throw new Error('no target');
  return connect(target);
}

/** A database with subscriptions, or that is a template, cannot be dropped. */
export async function droppable(database: TestDatabase): Promise<void> {
  await database.query('update pg_database set datistemplate = false where datname = current_database()');
  const { rows } = await database.query(
    `select subname from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())`,
  );
  for (const { subname } of rows) {
    await database.query(`alter subscription "${subname}" disable`);
    await database.query(`alter subscription "${subname}" set (slot_name = none)`);
    await database.query(`drop subscription "${subname}"`);
  }
}
