// How do old activities go away, without a long lock and without surprise?
import { pathToFileURL } from 'node:url';
import pg from 'pg';

const daysToKeep = 90;
const old = `"createdAt" < CURRENT_TIMESTAMP - make_interval(days => ${daysToKeep})`;

export interface CleanUp {
  readonly dryRun?: boolean;
  readonly batch?: number;
  /** Told after each batch. */
  readonly onBatch?: (deleted: number) => void;
}

interface Client {
  query(
    sql: string,
    values?: unknown[],
  ): Promise<{ readonly rowCount: number | null; readonly rows: { count?: string }[] }>;
}

/** Hands back how many went, or would go. */
export async function cleanUp(
  client: Client,
  { dryRun = false, batch = 1000, onBatch }: CleanUp = {},
): Promise<number> {
  if (dryRun) return Number((await client.query(`SELECT count(*) FROM "activities" WHERE ${old}`)).rows[0]?.count);
  for (let all = 0; ; ) {
    const { rowCount } = await client.query(
      `DELETE FROM "activities" WHERE "id" IN (SELECT "id" FROM "activities" WHERE ${old} ORDER BY "createdAt" LIMIT $1)`,
      [batch],
    );
    all += rowCount ?? 0;
    if (!rowCount) return all;
    onBatch?.(rowCount);
  }
}

/** Again and again, until it is stopped; a run that fails is told, and the next one tries again. */
export function everySoOften(client: Client, ms: number, options: CleanUp = {}): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => cleanUp(client, options)).catch((error: unknown) => console.error(error));
  }, ms);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL, options: '-c timezone=UTC' });
  await client.connect();
  const dryRun = process.argv.includes('--dry-run');
  console.log(`${await cleanUp(client, { dryRun })} activities ${dryRun ? 'would be' : 'were'} deleted`);
  await client.end();
}
