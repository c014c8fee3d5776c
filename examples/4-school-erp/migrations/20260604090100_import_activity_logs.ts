// What becomes of the old log? Its lines become activities; those of nobody stay where they are, and are listed.
import { defineBackfill, unmapped } from 'roadbook';

interface Line {
  readonly id: number;
  readonly userId: string | null;
  readonly action: string;
  readonly module: string;
  readonly description: string;
  readonly createdAt: string;
}

export default defineBackfill({
  table: 'public.activity_logs',
  where: `NOT EXISTS (SELECT FROM public.activities a WHERE a.id = 'log-' || r.id)`,
  into: {
    table: 'public.activities',
    columns: ['id', 'userId', 'action', 'actionType', 'module', 'description', 'createdAt'],
  },
  lookup: async (_: readonly Line[], { query }) => {
    const labels = await query<{ label: string }>(
      `SELECT pg_catalog.unnest(pg_catalog.enum_range(NULL::public."ActivityAction"))::text AS label`,
    );
    return new Set(labels.map(({ label }) => label));
  },
  map: (line: Line, labels) => {
    const { id, userId, module, description, createdAt } = line;
    if (userId === null) return unmapped('nobody is known to have done it');
    const word = line.action.toUpperCase();
    const known = labels.has(word);
    return {
      insert: {
        id: `log-${id}`,
        userId,
        action: known ? word : 'OTHER',
        actionType: 'OTHER',
        module,
        description: known ? description : `${line.action}: ${description}`,
        createdAt,
      },
    };
  },
  undo: "DELETE FROM public.activities WHERE id LIKE 'log-%'",
});
