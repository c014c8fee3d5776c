// What does CREATE DATABASE do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';

export interface CreateDatabase extends Change {
  readonly kind: 'create-database';
  readonly database: string;
}

export default defineChange<CreateDatabase>({
  kind: 'create-database',
  explain: {
    title: 'A database is made',
    why: 'A migration belongs to one database, and another one is none of its objects: the migration fails where the server has it already, and nobody connects to the template meanwhile. It cannot run in a transaction.',
    instead: 'Make databases where the server is set up. To keep things apart within one, make a schema.',
    links: ['https://www.postgresql.org/docs/current/sql-createdatabase.html'],
  },
  on: ['CreatedbStmt'],
  recognise: ({ node }) => {
    if (!('CreatedbStmt' in node)) return null;
    const { dbname = '' } = node.CreatedbStmt;
    return { object: `database ${quoteIdentifier(dbname)}`, database: dbname };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  lasts: 'Databases belong to the whole server.',
  data: null,
  hazards: ({ object }) => [
    {
      code: 'database-in-migration',
      family: 'design',
      severity: 'warning',
      message: `${object} is made by a migration of another one`,
      why: 'It is no part of the database that is migrated: neither its journal nor its dumps know it, and on a server that has one of that name the migration fails. It cannot run in a transaction, so it is not taken back when anything after it fails.',
      instead: 'Make it where the server is set up. If it must be a migration, it stands alone in one of its own.',
    },
  ],
});
