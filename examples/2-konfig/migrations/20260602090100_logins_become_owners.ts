// Whom do the logins of tenants belong to? Each becomes the owner of its tenant, with the address and the password it had.
import { defineBackfill, unmapped } from 'roadbook';

interface Tenant {
  readonly id: string;
  readonly email: string;
  readonly hashed_password: string;
  readonly created_at: Date;
}

export default defineBackfill({
  table: 'public.tenants',
  where: 'r.email IS NOT NULL AND NOT EXISTS (SELECT FROM public.users u WHERE u.tenant_id = r.id)',
  columns: ['id', 'email', 'hashed_password', 'created_at'],
  into: { table: 'public.users', columns: ['tenant_id', 'email', 'hashed_password', 'role', 'created_at'] },
  map: ({ id, email, hashed_password, created_at }: Tenant) => {
    if (hashed_password === '!') return unmapped('the login was switched off');
    if (!email.includes('@')) return unmapped(`${email} is no address`);
    return { insert: { tenant_id: id, email, hashed_password, role: 'owner', created_at } };
  },
  verify: "SELECT id, email FROM public.users WHERE email NOT LIKE '%@%' OR hashed_password = '!'",
  undo: "DELETE FROM public.users u USING public.tenants t WHERE t.id = u.tenant_id AND t.email = u.email AND u.role = 'owner'",
});
