// What do ALTER DATABASE … WITH, SET, RESET and REFRESH COLLATION VERSION do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { settingLater } from './reading/cluster.ts';
import { versionRefreshed } from './reading/collation-version.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { secretHazard } from './reading/secret.ts';
import { type SessionSetting, sessionSetting } from './reading/session-setting.ts';

export interface AlterDatabase extends Change {
  readonly kind: 'alter-database';
  readonly database: string;
  readonly action: 'options' | 'set' | 'refresh-collation';
  /** `allow_connections` → `false`. */
  readonly options: Readonly<Record<string, string>>;
  readonly setting: Omit<SessionSetting, 'secret'> | null;
}

export default defineChange<AlterDatabase>({
  kind: 'alter-database',
  explain: {
    title: 'A database is altered',
    why: 'Settings hold for sessions that start later; a pool keeps the old ones until its connections are renewed. ALLOW_CONNECTIONS and CONNECTION LIMIT turn the application away, and SET TABLESPACE copies every file while nobody may be connected.',
    instead:
      'Alter databases where the server is set up. Set what one application needs in its own connection settings.',
    links: ['https://www.postgresql.org/docs/current/sql-alterdatabase.html'],
  },
  on: ['AlterDatabaseStmt', 'AlterDatabaseSetStmt', 'AlterDatabaseRefreshCollStmt'],
  recognise: ({ node }) => {
    if ('AlterDatabaseSetStmt' in node) {
      const { dbname = '', setstmt } = node.AlterDatabaseSetStmt;
      const { secret, ...setting } = sessionSetting(setstmt);
      return {
        object: `database ${quoteIdentifier(dbname)}`,
        database: dbname,
        action: 'set',
        options: {},
        setting,
        ...(secret ? { secret } : {}),
      };
    }
    if ('AlterDatabaseRefreshCollStmt' in node) {
      const { dbname = '' } = node.AlterDatabaseRefreshCollStmt;
      return {
        object: `database ${quoteIdentifier(dbname)}`,
        database: dbname,
        action: 'refresh-collation',
        options: {},
        setting: null,
      };
    }
    if (!('AlterDatabaseStmt' in node)) return null;
    const { dbname = '', options } = node.AlterDatabaseStmt;
    const given = optionsOf(options);
    return {
      object: `database ${quoteIdentifier(dbname)}`,
      database: dbname,
      action: 'options',
      options: Object.fromEntries([...given.keys()].map((name) => [name, optionWord(given, name) ?? ''])),
      setting: null,
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, action, options, setting, secret }) => {
    if (action === 'refresh-collation') return [versionRefreshed(object)];
    const hazards: Hazard[] = [];
    if (setting !== null) {
      const what =
        setting.name === null ? `the reset of all settings of ${object}` : `setting ${setting.name} of ${object}`;
      if (secret) {
        hazards.push(
          secretHazard(
            `the value of ${what}`,
            'Keep it in a secret store, and let the application set it in its own session.',
          ),
        );
      }
      hazards.push(settingLater(what, 'pooled connections keep the old one'));
      return hazards;
    }
    if (options.tablespace !== undefined) {
      hazards.push({
        code: 'database-move-needs-it-empty',
        family: 'lock',
        severity: 'error',
        message: `${object} is copied to another tablespace while nobody may be connected`,
        why: 'Every file is copied, which takes as long as the database is large, and it fails while anybody is connected, the migration itself too.',
        instead: 'Do it by hand while the application is down; or move single tables.',
      });
    }
    const shut = /^(false|off|0)$/i.test(options.allow_connections ?? '');
    if (shut || (options.connection_limit !== undefined && !options.connection_limit.startsWith('-'))) {
      hazards.push({
        code: 'database-turns-away',
        family: 'application',
        severity: shut ? 'error' : 'warning',
        message: shut
          ? `nobody can connect to ${object} any more`
          : `${object} takes no more than ${options.connection_limit} connections`,
        why: 'New connections are refused, open ones go on: it shows when a pool grows or renews them, and Roadbook cannot connect either.',
        instead: 'Limit the application’s own pool instead, or its role.',
      });
    }
    return hazards;
  },
});
