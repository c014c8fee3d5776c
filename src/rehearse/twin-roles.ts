// Which roles does a catalog name, and how are they there on a server of ours while a twin is?
import type { Catalog, Properties } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { defaultPrivileges } from '../definitions/given.ts';
import { readGrants } from '../definitions/privileges.ts';
import { quoteIdentifier } from '../sql/quote.ts';

const exists = new Set(['42710', '23505']);
const goneOrUsed = new Set(['42704', '2BP01', '55006']);

/** Owners, those who were granted something, those whom policies and settings are about. */
export function rolesIn({ objects }: Catalog): readonly string[] {
  const found = new Set<string>();
  for (const [kind, named] of Object.entries(objects)) {
    for (const [name, properties] of Object.entries(named)) {
      for (const role of rolesOf(kind, name, properties)) found.add(role);
    }
  }
  for (const nobody of ['', 'public', 'PUBLIC']) found.delete(nobody);
  return [...found].filter((role) => !role.startsWith('pg_')).sort();
}

function rolesOf(kind: string, name: string, { owner, acl, roles }: Properties): readonly string[] {
  const settingFor = kind === 'setting' ? / for (.*)$/s.exec(name)?.[1] : undefined;
  return [
    ...(typeof owner === 'string' ? [owner] : []),
    ...readGrants(acl).flatMap(({ grantee, grantor }) => [grantee, grantor]),
    ...(Array.isArray(roles) ? roles.map(String) : []),
    ...(kind === 'default privileges' ? [defaultPrivileges(name).role] : []),
    ...(settingFor === undefined ? [] : [settingFor]),
  ];
}

export async function allRoles(admin: Connection): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query<{ name: string }>('select rolname::text as name from pg_catalog.pg_roles');
  return new Set(rows.map(({ name }) => name));
}

/** Nobody can log in as one of them. Hands back those that were not there. */
export async function makeRoles(admin: Connection, names: readonly string[]): Promise<readonly string[]> {
  const there = await allRoles(admin);
  const missing = names.filter((name) => !there.has(name));
  for (const name of missing) {
    try {
      await admin.run(`CREATE ROLE ${quoteIdentifier(name)} NOLOGIN`);
    } catch (error) {
      // Another rehearsal was faster.
      if (!exists.has(serverError(error)?.sqlstate ?? '')) throw error;
    }
  }
  return missing;
}

/** Those that a template or another twin still uses stay, until that is gone. */
export async function dropRoles(admin: Connection, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await admin.run(`DROP ROLE IF EXISTS ${quoteIdentifier(name)}`);
    } catch (error) {
      if (!goneOrUsed.has(serverError(error)?.sqlstate ?? '')) throw error;
    }
  }
}
