// Could pg_dump here make a backup of this server?
import { versionOfDump } from '../../database/dump.ts';
import { problem } from '../../model/problem.ts';
import { defineCheck, type Examined } from '../define.ts';

export const backup = defineCheck({
  name: 'backup',
  group: 'storage',
  about: 'whether pg_dump can make a backup',
  needs: 'database',
  look: async ({ connection, options }) => {
    // It is a folder, which can be copied while its server is stopped.
    if (connection.server.embedded) return { found: [] };
    const found = await versionOfDump(options.env ?? process.env);
    return found === null
      ? { found: [withoutDump()] }
      : { found: tooOld(found, connection.server), said: `pg_dump ${found}` };
  },
});

function withoutDump() {
  return problem('pg-dump-missing', 'there is no pg_dump on PATH', {
    severity: 'note',
    detail: 'A backup before a migration cannot be made from this machine.',
    hint: 'Install the client programs of PostgreSQL, or rely on the backups that whoever runs the server makes, and try once whether one can be restored.',
  });
}

/** pg_dump refuses a server whose major version is newer than its own (PostgreSQL 14 to 18). */
function tooOld(version: string, { major }: Examined['connection']['server']) {
  if (Number.parseInt(version, 10) >= major) return [];
  return [
    problem('pg-dump-too-old', `pg_dump ${version} refuses a server of version ${major}`, {
      severity: 'warning',
      detail: 'It dumps servers of its own major version and older ones.',
      hint: `Install the client programs of PostgreSQL ${major}, and put them first on PATH.`,
    }),
  ];
}
