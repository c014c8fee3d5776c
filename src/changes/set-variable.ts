// What does SET or RESET do and endanger?
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange } from './define.ts';
import { usualPath, withoutSpecial } from './reading/search-path.ts';

export interface SetVariable extends Change {
  readonly kind: 'set-variable';
  /** Null for RESET ALL. */
  readonly name: string | null;
  /** As written; null where it is set back. */
  readonly values: readonly string[] | null;
  readonly local: boolean;
  /** The search path afterwards, where the statement sets it. */
  readonly searchPath: readonly string[] | null;
}

export default defineChange<SetVariable>({
  kind: 'set-variable',
  explain: {
    title: 'A setting of the session is changed',
    why: 'It holds for the statements after it in the migration; Roadbook sets everything back at the end. Roadbook sets lock_timeout itself, and tries again when a lock cannot be had: with a long one the application queues behind the waiting migration. session_replication_role = replica switches foreign keys and most triggers off, so rows that fit nothing get in unseen.',
    instead:
      'Write names with their schema rather than set a search path. For the lock timeout write `-- roadbook:option lock-timeout=…` at the top of the migration.',
    links: [
      'https://www.postgresql.org/docs/current/sql-set.html',
      'https://www.postgresql.org/docs/current/runtime-config-client.html',
    ],
  },
  on: ['VariableSetStmt'],
  recognise: ({ node }) => {
    if (!('VariableSetStmt' in node)) return null;
    const { kind, args, is_local: local } = node.VariableSetStmt;
    const name = kind === 'VAR_RESET_ALL' ? null : (node.VariableSetStmt.name ?? '').toLowerCase();
    const values = kind === 'VAR_SET_VALUE' ? (args ?? []).flatMap(textOf) : null;
    const path = values === null ? usualPath : withoutSpecial(values);
    // SET … FROM CURRENT stands in CREATE FUNCTION only.
    const setsPath = name === null || name === 'search_path';
    return {
      object: name === null ? 'all settings' : `setting ${name}`,
      name,
      values,
      local: local === true,
      searchPath: setsPath ? path : null,
    };
  },
  effects: ({ searchPath, name, values }) => [
    ...(searchPath === null ? [] : [{ effect: 'set-search-path', schemas: searchPath } as const]),
    ...(name === null || name === 'timezone' ? [{ effect: 'set-time-zone', zone: values?.[0] ?? null } as const] : []),
  ],
  locks: () => [],
  plan: ({ name, local }) => (ofTransaction(name, local) ? 'binds' : 'setting'),
  data: null,
  hazards: ({ name, values }) => {
    const value = values?.join(', ') ?? '';
    const given = values !== null;
    if (name === 'search_path' && values?.some((each) => each.includes(','))) {
      return [
        {
          code: 'search-path-in-one-quote',
          family: 'design',
          severity: 'warning',
          message: `'${value}' names one schema with a comma in its name`,
          why: 'In SET each schema is a word of its own; quotes around all of them make one name, and what is made next has no schema to go to.',
          instead: 'Write SET search_path TO a, b without quotes around the list.',
        },
      ];
    }
    if (name === 'session_replication_role' && given && value !== 'origin') {
      return [
        {
          code: 'triggers-switched-off',
          family: 'data',
          severity: 'error',
          message: `foreign keys and triggers are switched off by session_replication_role = ${value}`,
          why: 'What is written from here on is not checked against foreign keys, neither now nor later, and triggers that keep other tables in step do not run. It takes a superuser.',
          instead:
            'Write the rows in an order that fits the foreign keys, or make these DEFERRABLE and write SET CONSTRAINTS ALL DEFERRED.',
        },
      ];
    }
    if (name === 'lock_timeout' && given) {
      const off = /^0\D*$/.test(value);
      return off
        ? [
            {
              code: 'lock-timeout-off',
              family: 'lock',
              severity: 'warning',
              message: 'the migration waits for locks without end',
              why: 'While it waits for a lock on a table, everybody who comes later to that table waits behind it.',
              instead:
                'Leave it out: Roadbook waits for a short time, lets the others through, and tries again. `-- roadbook:option lock-timeout=…` sets the time.',
            },
          ]
        : [
            {
              code: 'lock-timeout-overridden',
              family: 'lock',
              severity: 'note',
              message: `lock_timeout is set to ${value} in the place of Roadbook’s own`,
              why: 'Roadbook sets lock_timeout for each migration and tries again when a lock cannot be had in that time.',
              instead: `Leave it out, or write \`-- roadbook:option lock-timeout=${value}\` at the top of the migration.`,
            },
          ];
    }
    if ((name === 'role' || name === 'session_authorization') && given && value !== 'none') {
      return [
        {
          code: 'role-owns-what-follows',
          family: 'design',
          severity: 'note',
          message: `what follows is done and owned by the role ${value}`,
          why: 'Whoever applies the migration must be a member of that role, and default privileges are those of that role. Roadbook sets it back at the end.',
          instead: `Connect as ${value}, or write ALTER … OWNER TO ${value} for what it is to own.`,
        },
      ];
    }
    return [];
  },
});

/** SET TRANSACTION and the like concern the transaction they stand in, or all that follow it. */
function ofTransaction(name: string | null, local: boolean): boolean {
  return (
    name !== null && (/^(default_)?transaction(_|$| )/.test(name) || (name === 'session characteristics' && !local))
  );
}

function textOf(node: SyntaxNode): readonly string[] {
  if ('TypeCast' in node) return node.TypeCast.arg === undefined ? [] : textOf(node.TypeCast.arg);
  if (!('A_Const' in node)) return [];
  const { sval, ival, fval, boolval } = node.A_Const;
  if (sval !== undefined) return [sval.sval ?? ''];
  if (fval !== undefined) return [fval.fval ?? ''];
  if (boolval !== undefined) return [String(boolval.boolval ?? false)];
  return [String(ival?.ival ?? 0)];
}
