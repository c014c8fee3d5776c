// What does ALTER SYSTEM do and endanger?
import { type Change, defineChange, type Hazard } from './define.ts';
import { secretHazard } from './reading/secret.ts';
import { type SessionSetting, sessionSetting } from './reading/session-setting.ts';

export interface AlterSystem extends Change {
  readonly kind: 'alter-system';
  readonly setting: Omit<SessionSetting, 'secret'>;
}

export default defineChange<AlterSystem>({
  kind: 'alter-system',
  explain: {
    title: 'The server’s configuration is changed',
    why: 'It writes postgresql.auto.conf, for all databases of this one server: not for its replicas, and not before a reload or restart, which may be much later and then surprise somebody. Only a superuser may. It cannot run in a transaction.',
    instead: 'Change the configuration where the server is set up. For one database: ALTER DATABASE … SET.',
    links: ['https://www.postgresql.org/docs/current/sql-altersystem.html'],
  },
  on: ['AlterSystemStmt'],
  recognise: ({ node }) => {
    if (!('AlterSystemStmt' in node)) return null;
    const { secret, ...setting } = sessionSetting(node.AlterSystemStmt.setstmt);
    return {
      object: setting.name === null ? 'all settings of the server' : `setting ${setting.name} of the server`,
      setting,
      ...(secret ? { secret } : {}),
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Settings of the whole server are in no catalog of the database.',
  data: null,
  hazards: ({ object, secret }) => {
    const hazards: Hazard[] = [];
    if (secret)
      hazards.push(secretHazard(`the value of ${object}`, 'Set it where the server is set up, from a secret store.'));
    hazards.push({
      code: 'alter-system-in-migration',
      family: 'design',
      severity: 'warning',
      message: `${object} changes for all its databases, and not until it is reloaded`,
      why: 'Neither a replica nor a dump gets it, and it may come into force at a restart weeks later. A wrong value can keep the server from starting. Hosted servers refuse it.',
      instead: 'Set it where the server is set up; for this database alone write ALTER DATABASE … SET.',
    });
    return hazards;
  },
});
