// A project whose migrations go over rows with a function, for one test.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, type Project, project, type Wish } from './project.ts';

export const head = "import { defineBackfill, unmapped } from 'roadbook';\n";

/** Files ending in .ts or .sql by their names: `2.ts` → `20260101000002_2.ts`. */
export async function mapped(files: Readonly<Record<string, string>>, wish: Wish = {}): Promise<Project> {
  const home = await project({}, wish);
  writeAll(home, files);
  return home;
}

export function writeAll(home: Project, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const [, base = '', ending = ''] = /^(.*)\.(\w+)$/.exec(name) ?? [];
    writeFileSync(join(home.directory, 'migrations', `${idOf(base)}.${ending}`), text);
  }
}

/** As guide 5 asks for: old ids are e-mail addresses of users. */
export const usersByEmail = `${head}
interface Old {
  readonly user_id_old: string;
}

// Old user ids, which were e-mail addresses, become references to users.
export default defineBackfill({
  table: 'application_history',
  where: 'r.user_id IS NULL AND r.user_id_old IS NOT NULL',
  columns: ['user_id_old'],
  sets: ['user_id'],
  lookup: async (rows: readonly Old[], { query }) => {
    const emails = rows.map((row) => row.user_id_old.trim().toLowerCase());
    const users = await query<{ email: string; id: number }>('SELECT email, id FROM users WHERE email = ANY($1)', [emails]);
    return new Map(users.map(({ email, id }) => [email, id]));
  },
  map: (row: Old, users) => {
    const id = users.get(row.user_id_old.trim().toLowerCase());
    return id === undefined ? unmapped(\`no user has the e-mail \${row.user_id_old}\`) : { set: { user_id: id } };
  },
  undo: 'UPDATE application_history SET user_id = NULL WHERE user_id_old IS NOT NULL',
});
`;

/** As guide 2 asks for: each tenant that could log in gets an owner. */
export const ownersOfTenants = `${head}
interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly hashed_password: string | null;
}

// Tenants that could log in get a user who owns them.
export default defineBackfill({
  table: 'public.tenants',
  where: 'NOT EXISTS (SELECT FROM public.users u WHERE u.tenant_id = r.id)',
  columns: ['id', 'name', 'email', 'hashed_password'],
  into: { table: 'public.users', columns: ['tenant_id', 'email', 'hashed_password', 'full_name', 'role'] },
  lookup: async (rows: readonly Tenant[], { query }) => {
    const taken = await query<{ email: string }>('SELECT email FROM public.users WHERE email = ANY($1)', [
      rows.map(({ email }) => email?.toLowerCase()),
    ]);
    return new Set(taken.map(({ email }) => email));
  },
  map: (tenant: Tenant, taken) => {
    const email = tenant.email?.trim().toLowerCase();
    if (!email || tenant.hashed_password === null) return unmapped('the tenant has no e-mail address or no password');
    if (taken.has(email)) return unmapped(\`another tenant has the e-mail \${email}\`);
    taken.add(email);
    return {
      insert: {
        tenant_id: tenant.id,
        email,
        hashed_password: tenant.hashed_password,
        full_name: tenant.name,
        role: 'owner',
      },
    };
  },
  verify: 'SELECT u.id FROM public.users u JOIN public.tenants t ON t.id = u.tenant_id WHERE u.email <> lower(trim(t.email))',
  undo: "DELETE FROM public.users WHERE role = 'owner'",
});
`;
