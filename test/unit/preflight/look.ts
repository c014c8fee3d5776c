// What does a look around say of migrations that are given as text?

import type { Sizes } from '../../../src/database/catalog/index.ts';
import { connect } from '../../../src/database/connect.ts';
import type { Connection } from '../../../src/database/connection.ts';
import type { MigrationFile } from '../../../src/model/migration.ts';
import { type Live, readLive } from '../../../src/plan/live.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { lookAround } from '../../../src/preflight/look-around.ts';
import type { Found } from '../../../src/preflight/parts.ts';
import { readMigration } from '../../../src/read/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { to } from '../database/to.ts';

const label = ({ path }: Pick<MigrationFile, 'path'>) => path;

export interface Looking extends AsyncDisposable {
  readonly connection: Connection;
  readonly live: Live;
  /** One migration for each text; sizes may be said to be others than they are. */
  /** How often the server was asked by looks so far. */
  readonly queries: () => number;
  readonly look: (...texts: readonly string[]) => Promise<readonly Found[]>;
}

export async function looking(url: string, sizes?: Sizes): Promise<Looking> {
  const connection = await connect(to(url));
  const read = await readLive(connection, { waitMs: 0 });
  const live = { ...read, sizes: sizes ?? read.sizes };
  const parser = await loadParser();
  let queries = 0;
  const counting: Connection = {
    ...connection,
    query: (sql, values) => {
      queries += 1;
      return connection.query(sql, values);
    },
  };
  const look: Looking['look'] = async (...texts) => {
    const files = texts.map((text, index): MigrationFile => {
      const id = `202601010000${String(index + 1).padStart(2, '0')}_a`;
      return { id, path: `migrations/${id}.sql`, format: 'sql', text, digest: '' };
    });
    const migrations = await Promise.all(files.map((file) => readMigration(file, parser, label(file))));
    const plan = await makePlan({ migrations, live, label });
    const asked = { questions: plan.questions, catalog: live.catalog, sizes: live.sizes, exact: false };
    return await lookAround({ connection: counting, migrations, plans: plan.migrations, ...asked, label });
  };
  return { connection, live, queries: () => queries, look, [Symbol.asyncDispose]: () => connection.close() };
}

/** `right-missing: the role a does not own table app.t`. */
export function said(found: readonly Found[]): readonly string[] {
  return found.map(({ problem: { code, message } }) => `${code}: ${message}`);
}
