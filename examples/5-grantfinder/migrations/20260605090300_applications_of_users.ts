// Whose are the applications from before? Old ids are e-mail addresses, as people typed them; those of nobody are listed.
import { defineBackfill, unmapped } from 'roadbook';

interface Old {
  readonly user_id_old: string;
}

const address = (old: string): string => old.trim().toLowerCase();

export default defineBackfill({
  table: 'public.application_history',
  where: 'r.user_id IS NULL AND r.user_id_old IS NOT NULL',
  columns: ['user_id_old'],
  sets: ['user_id'],
  lookup: async (rows: readonly Old[], { query }) => {
    const users = await query<{ email: string; id: number }>(
      'SELECT lower(email) AS email, id FROM public.users WHERE lower(email) = ANY ($1)',
      [rows.map(({ user_id_old }) => address(user_id_old))],
    );
    return new Map(users.map(({ email, id }) => [email, id]));
  },
  map: ({ user_id_old }: Old, users) => {
    const id = users.get(address(user_id_old));
    return id === undefined ? unmapped(`no user has the address ${address(user_id_old)}`) : { set: { user_id: id } };
  },
  undo: 'UPDATE public.application_history SET user_id = NULL WHERE user_id_old IS NOT NULL',
});
