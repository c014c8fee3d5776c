// What does ALTER TABLE … ENABLE or DISABLE TRIGGER do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { worthCare } from './reading/size.ts';

export interface EnableTrigger extends Change {
  readonly kind: 'enable-trigger';
  readonly table: Name;
  /** A name, or all of them; `all` counts those of foreign keys, too. */
  readonly trigger: { readonly name: string } | 'all' | 'user';
  readonly state: 'enabled' | 'always' | 'replica' | 'disabled';
  /** A later statement of the migration puts the same ones on again. */
  readonly enabledLater: boolean;
}

type Target = Pick<EnableTrigger, 'trigger' | 'state'>;

export default defineChange<EnableTrigger>({
  kind: 'enable-trigger',
  explain: {
    title: 'A trigger is switched on or off',
    why: 'SHARE ROW EXCLUSIVE on the table: writers wait until the transaction ends. While a trigger is off, for everybody, rows are written without it; DISABLE TRIGGER ALL switches off foreign keys as well, and nothing checks those rows later. ENABLE REPLICA means off in ordinary sessions.',
    instead:
      'To pass a trigger in one migration only, give it a WHEN that a setting can switch off; else switch off that one trigger, by name, around a short statement. Never switch off ALL.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: [
    'AT_EnableTrig',
    'AT_EnableAlwaysTrig',
    'AT_EnableReplicaTrig',
    'AT_DisableTrig',
    'AT_EnableTrigAll',
    'AT_DisableTrigAll',
    'AT_EnableTrigUser',
    'AT_DisableTrigUser',
  ].map((subtype) => `AlterTableStmt/${subtype}`),
  recognise: ({ node, command, later }, facts) => {
    if (!('AlterTableStmt' in node) || command === null) return null;
    const table = relationName(node.AlterTableStmt.relation, facts);
    const target = targetOf(command.subtype ?? '', command.name ?? '');
    const { trigger } = target;
    const which =
      typeof trigger === 'string' ? `${trigger} triggers` : `trigger ${printName({ schema: null, ...trigger })}`;
    return {
      object: `${which} on ${printName(table)}`,
      table,
      ...target,
      enabledLater: isEnabledLater(table, target, later(), facts),
    };
  },
  effects: () => [],
  locks: ({ table }, facts) =>
    isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'SHARE ROW EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: (change, facts): readonly Hazard[] => {
    const off = change.state === 'disabled' || change.state === 'replica';
    const made = isNew(change.table, facts) || facts.newObjects?.includes(change.object) === true;
    if (!off || made) return [];
    return [
      ...(change.enabledLater && change.trigger !== 'all' ? [] : [letsRowsPass(change)]),
      ...(change.enabledLater && worthCare(change.table, facts) ? [blocksWriters(change)] : []),
    ];
  },
});

function targetOf(subtype: string, name: string): Target {
  const trigger = subtype.endsWith('All') ? 'all' : subtype.endsWith('User') ? 'user' : { name };
  if (subtype.startsWith('AT_Disable')) return { trigger, state: 'disabled' };
  if (subtype === 'AT_EnableAlwaysTrig') return { trigger, state: 'always' };
  return { trigger, state: subtype === 'AT_EnableReplicaTrig' ? 'replica' : 'enabled' };
}

function isEnabledLater(table: Name, { trigger }: Target, later: readonly SyntaxNode[], facts: Facts): boolean {
  return later.some((node) => {
    if (!('AlterTableStmt' in node)) return false;
    if (qualifiedName(relationName(node.AlterTableStmt.relation, facts)) !== qualifiedName(table)) return false;
    return (node.AlterTableStmt.cmds ?? []).some((command) => {
      if (!('AlterTableCmd' in command)) return false;
      const { subtype, name } = command.AlterTableCmd;
      if (!/^AT_Enable(Always)?Trig/.test(subtype ?? '')) return false;
      const other = targetOf(subtype ?? '', name ?? '').trigger;
      if (typeof other !== 'string') return typeof trigger !== 'string' && trigger.name === other.name;
      return other === 'all' || trigger !== 'all';
    });
  });
}

function letsRowsPass({ object, trigger, state, enabledLater }: EnableTrigger): Hazard {
  const meaning = state === 'replica' ? ', since ENABLE REPLICA counts for replication only' : '';
  return {
    code: trigger === 'all' ? 'foreign-keys-switched-off' : 'trigger-switched-off',
    family: 'data',
    severity: trigger === 'all' ? 'error' : 'warning',
    message: `${object} ${typeof trigger === 'string' ? 'are' : 'is'} switched off${meaning}`,
    why:
      trigger === 'all'
        ? `The triggers that enforce foreign keys are off, too: rows without their parent get in${enabledLater ? ' from this migration' : ', from everybody'}, and to switch them on again checks nothing.`
        : 'Rows that anybody writes meanwhile pass without what it fills in or checks, and to switch it on again does not make up for them.',
    instead:
      trigger === 'all'
        ? 'Write DISABLE TRIGGER USER, which leaves foreign keys on, and ENABLE TRIGGER USER at the end of the same migration.'
        : 'Switch it on again at the end of the same migration, or drop it where it is not wanted any more.',
  };
}

function blocksWriters({ object, table }: EnableTrigger): Hazard {
  return {
    code: 'trigger-switch-blocks-writes',
    family: 'lock',
    severity: 'note',
    message: `${object}: switched off and on again, while every writer waits for what stands between`,
    lock: { relation: printName(table), mode: 'SHARE ROW EXCLUSIVE' },
    why: 'The lock is held until the transaction ends, so the table is closed to writers as long as the statements between take.',
    instead:
      'Keep what stands between short. For much work, give the trigger a WHEN that a setting can switch off, and SET LOCAL that setting: it locks nothing.',
  };
}
