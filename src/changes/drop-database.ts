// What does DROP DATABASE do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';

export interface DropDatabase extends Change {
  readonly kind: 'drop-database';
  readonly database: string;
  readonly ifExists: boolean;
  /** WITH (FORCE) ends the sessions of others. */
  readonly force: boolean;
}

export default defineChange<DropDatabase>({
  kind: 'drop-database',
  explain: {
    title: 'A database is dropped',
    why: 'All that is in it is gone at once. It cannot run in a transaction, so nothing takes it back. WITH (FORCE) ends the sessions of everybody in it.',
    instead: 'Do it by hand, after a dump: no migration has to.',
    links: ['https://www.postgresql.org/docs/current/sql-dropdatabase.html'],
  },
  on: ['DropdbStmt'],
  recognise: ({ node }) => {
    if (!('DropdbStmt' in node)) return null;
    const { dbname = '', missing_ok, options } = node.DropdbStmt;
    return {
      object: `database ${quoteIdentifier(dbname)}`,
      database: dbname,
      ifExists: missing_ok === true,
      force: (options ?? []).some((option) => 'DefElem' in option && option.DefElem.defname === 'force'),
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Databases belong to the whole server.',
  data: null,
  hazards: ({ object, force }, facts) =>
    facts.newObjects?.includes(object)
      ? []
      : [
          {
            code: 'drop-database-loses-data',
            family: 'data',
            severity: 'error',
            message: `${object} is dropped with all that is in it`,
            why: `It happens outside of any transaction, so nothing takes it back.${force ? ' WITH (FORCE) ends the sessions of whoever uses it.' : ''} On another server the name may mean another database.`,
            instead: 'Drop it by hand, after a dump.',
          },
        ],
});
