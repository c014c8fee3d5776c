// What does ALTER TABLE … ENABLE or DISABLE RULE do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';

export interface EnableRule extends Change {
  readonly kind: 'enable-rule';
  readonly table: Name;
  readonly rule: string;
  readonly state: 'enabled' | 'always' | 'replica' | 'disabled';
}

const states: Readonly<Record<string, EnableRule['state']>> = {
  AT_EnableRule: 'enabled',
  AT_EnableAlwaysRule: 'always',
  AT_EnableReplicaRule: 'replica',
  AT_DisableRule: 'disabled',
};

export default defineChange<EnableRule>({
  kind: 'enable-rule',
  explain: {
    title: 'A rule is switched on or off',
    why: 'ACCESS EXCLUSIVE on the table until the transaction ends. While a rule is off, statements of everybody reach the table as they are written.',
    instead: 'Keep it in a short migration of its own. Drop a rule that is not wanted any more.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: Object.keys(states).map((subtype) => `AlterTableStmt/${subtype}`),
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command === null) return null;
    const table = relationName(node.AlterTableStmt.relation, facts);
    const rule = command.name ?? '';
    return {
      object: `rule ${printName({ schema: null, name: rule })} on ${printName(table)}`,
      table,
      rule,
      state: states[command.subtype ?? ''] ?? 'enabled',
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ object, table, state }, facts) =>
    isNew(table, facts) || (state !== 'disabled' && state !== 'replica')
      ? []
      : [
          {
            code: 'rule-switched-off',
            family: 'application',
            severity: 'note',
            message: `${object} is switched off for everybody`,
            why: 'Statements of the running application that counted on it do something else from then on; on a view they may fail.',
            instead: 'Drop it where it is not wanted any more; else switch it on again in the same migration.',
          },
        ],
});
