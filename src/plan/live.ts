// What does a plan read of the live database?
import { type Catalog, type ReadOptions, readCatalog, readSizes, type Sizes } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { type Patience, patiently } from '../verify/read-patiently.ts';

export interface Live {
  readonly catalog: Catalog;
  readonly sizes: Sizes;
  readonly major: number;
  /** Of a session such as this one. */
  readonly searchPath: readonly string[];
  /** Whether anything is in the schema roadbook_parked. */
  readonly parked: boolean;
}

/** In one go: the server answers all of it before it is waited for. Sizes are not part of the catalog's snapshot. */
export async function readLive(connection: Connection, patience: Patience, options: ReadOptions = {}): Promise<Live> {
  const { major } = connection.server;
  return await patiently(connection, patience, async () => {
    const path = connection.query<{ path: string[] }>('select current_schemas(false)::text[] as path');
    const parked = connection.query(
      `select from pg_catalog.pg_class c where c.relnamespace = pg_catalog.to_regnamespace('roadbook_parked') limit 1`,
    );
    const asked = [path, parked, readSizes(connection, options.exclude), readCatalog(connection, options)] as const;
    // All of it is answered before a failure is passed on: else the rest would run into the next try.
    await Promise.allSettled(asked);
    const [{ rows }, found, sizes, catalog] = await Promise.all(asked);
    return { catalog, sizes, major, searchPath: searched(rows[0]?.path ?? []), parked: found.rows.length > 0 };
  });
}

/** PostgreSQL's own schema is searched in any case, and nothing is made there. */
function searched(path: readonly string[]): readonly string[] {
  return path.filter((schema) => schema !== 'pg_catalog');
}
