// Is this the database that the migrations are for?

import { listing } from '../../model/listing.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { defineCheck, type Examined } from '../define.ts';

export const whichDatabase = defineCheck({
  name: 'which-database',
  group: 'connection',
  about: 'whether this is the database that is meant',
  needs: 'database',
  look: async (examined) => ({ found: [...(await otherHistory(examined)), ...(await maintenance(examined))] }),
});

/** Whatever is applied is unknown here: the folder or the database is another one. */
async function otherHistory({ connection, journal, files, project }: Examined): Promise<readonly Problem[]> {
  const applied = (await journal())?.applied ?? [];
  const known = new Set(files.map(({ id }) => id));
  if (applied.length === 0 || applied.some(({ id }) => known.has(id))) return [];
  const { database } = connection.server;
  const shown = listing(
    applied.map(({ id }) => id),
    3,
  );
  return [
    problem('wrong-database', `${database} was migrated from other files than these`, {
      detail: `None of what was applied to it is in ${project.directory}: ${shown}.`,
      hint: `Look at the database (--database, DATABASE_URL) and at the folder (--migrations): one of the two is another project’s.${await others(connection)}`,
    }),
  ];
}

const maintained: ReadonlySet<string> = new Set(['postgres', 'template1', 'template0']);

async function maintenance({ connection, files }: Examined): Promise<readonly Problem[]> {
  const { database, embedded } = connection.server;
  if (embedded || !maintained.has(database) || files.length === 0) return [];
  return [
    problem('maintenance-database', `${database} is the database of the server’s own, not of an application`, {
      severity: 'warning',
      detail: 'PostgreSQL makes it for whoever looks after the server. A URL that names no other one leads there.',
      hint: `Give the URL of the application’s database.${await others(connection)}`,
    }),
  ];
}

interface Other {
  readonly name: string;
  readonly bytes: number | null;
}

const sql = `select d.datname as name,
  case when pg_catalog.has_database_privilege(d.oid, 'CONNECT') then pg_catalog.pg_database_size(d.oid) end::float8 as bytes
from pg_catalog.pg_database d
where d.datallowconn and not d.datistemplate and d.datname not in ('postgres', pg_catalog.current_database())
order by bytes desc nulls last, name limit 6`;

/** ` On this server are also crm (12 MB) and shop (8 MB).` */
export async function others(connection: Examined['connection']): Promise<string> {
  const { rows } = await connection.query<Other>(sql);
  if (rows.length === 0) return ' There is no other database on this server.';
  const shown = rows.map(({ name, bytes }) => (bytes === null ? name : `${name} (${bytesInWords(bytes)})`));
  return ` On this server there ${rows.length === 1 ? 'is' : 'are'} also ${listing(shown, 5)}.`;
}
