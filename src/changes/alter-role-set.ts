// What does ALTER ROLE … SET or RESET do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { settingLater } from './reading/cluster.ts';
import { outsideDatabase, roleName } from './reading/role.ts';
import { secretHazard } from './reading/secret.ts';
import { type SessionSetting, sessionSetting } from './reading/session-setting.ts';

export interface AlterRoleSet extends Change {
  readonly kind: 'alter-role-set';
  /** Null for ALL. */
  readonly role: string | null;
  readonly database: string | null;
  readonly setting: Omit<SessionSetting, 'secret'>;
}

export default defineChange<AlterRoleSet>({
  kind: 'alter-role-set',
  explain: {
    title: 'A role’s setting is changed',
    why: 'It holds for sessions that start after it; a pool keeps the old setting until its connections are renewed, so for a while both are in force. It belongs to the server, not to this database, unless IN DATABASE is said.',
    instead: 'Set what an application needs in its own connection settings, where it is deployed with it.',
    links: ['https://www.postgresql.org/docs/current/sql-alterrole.html'],
  },
  on: ['AlterRoleSetStmt'],
  recognise: ({ node }) => {
    if (!('AlterRoleSetStmt' in node)) return null;
    const { role, database, setstmt } = node.AlterRoleSetStmt;
    const { secret, ...setting } = sessionSetting(setstmt);
    const whose = role === undefined ? 'all roles' : `role ${roleName(role)}`;
    const where = database === undefined ? '' : ` in database ${quoteIdentifier(database)}`;
    return {
      object: `${setting.name === null ? 'every setting' : `setting ${setting.name}`} of ${whose}${where}`,
      role: role === undefined ? null : roleName(role),
      database: database ?? null,
      setting,
      ...(secret ? { secret } : {}),
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, role, database, secret }, facts) => {
    const hazards: Hazard[] = [];
    if (secret) {
      hazards.push(
        secretHazard(
          `the value of ${object}`,
          'Keep it in a secret store, and let the application set it in its own session.',
        ),
      );
    }
    if (facts.newObjects?.includes(`role ${role}`)) return hazards;
    if (database === null) hazards.push(outsideDatabase(object));
    hazards.push(settingLater(object, 'pooled connections keep the old one'));
    return hazards;
  },
});
