// Would what is rehearsed change more than the database it runs in?
import type { Catalog } from '../database/catalog/index.ts';
import type { ReadMigration } from '../read/index.ts';

/** Roles, tablespaces and databases are the whole server's; a subscription speaks to another one. */
const kinds =
  /^(CreateRole|AlterRole|AlterRoleSet|DropRole|GrantRole|ReassignOwned|DropOwned|CreateTableSpace|DropTableSpace|AlterTableSpaceOptions|AlterSystem|Createdb|Dropdb|AlterDatabase|AlterDatabaseSet|AlterDatabaseRefreshColl|CreateSubscription|AlterSubscription|DropSubscription|Load)(Stmt)?$/;

/** In the bodies of functions and DO blocks. */
const words =
  /\b(create|alter|drop)\s+(role|user(?!\s+mapping)|group|tablespace|database|subscription|system)\b|\bdblink|\bpg_(reload_conf|terminate_backend|cancel_backend|switch_wal|create_\w+_slot|drop_replication_slot|read_\w*file|write_file)\b|\blo_(import|export)\b|\bprogram\s+'|\bhttp_(get|post|put|delete)\b|\bnet\.http/i;

/** Extensions and languages whose functions can do anything at all, or speak to others. */
const reaching = new Set([
  'dblink',
  'http',
  'pg_net',
  'pg_cron',
  'plpython3u',
  'plperlu',
  'pltclu',
  'plsh',
  'aws_lambda',
  'aws_s3',
]);

/** A whole sentence, or null. */
export function reachesBeyond(migrations: readonly ReadMigration[], catalog: Catalog | null): string | null {
  for (const { id, statements, undo } of migrations) {
    for (const { kind, text, line } of [...statements, ...(undo ?? [])]) {
      const isOpaque =
        kind === 'DoStmt' ||
        kind === 'CreateFunctionStmt' ||
        kind === 'SelectStmt' ||
        kind === 'CallStmt' ||
        kind === 'CopyStmt';
      if (kinds.test(kind) || (isOpaque && words.test(text)))
        return `The statement in line ${line} of ${id} changes, or may change, what belongs to the whole server.`;
    }
  }
  const named = { ...catalog?.objects.extension, ...catalog?.objects.language };
  const found = Object.keys(named).find((name) => reaching.has(name.replaceAll('"', '')));
  return found === undefined
    ? null
    : `With ${found}, functions and triggers of the database may reach other programs and servers.`;
}
