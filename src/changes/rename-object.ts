// What does RENAME TO do to objects of the rare classes: collations, publications, servers, text search?
import { type Change, defineChange } from './define.ts';
import { namedObject, wordObject } from './reading/named-object.ts';

/** Class → who still says the old name, or null where nobody does. */
const classes: Readonly<Record<string, string | null>> = {
  OBJECT_COLLATION: 'The application’s queries with COLLATE',
  OBJECT_CONVERSION: null,
  OBJECT_DATABASE: 'Every client that connects to it, pools and backups too,',
  OBJECT_FDW: null,
  OBJECT_FOREIGN_SERVER: 'Scripts that set the server’s address',
  OBJECT_LANGUAGE: 'CREATE FUNCTION in later migrations',
  OBJECT_OPCLASS: 'CREATE INDEX in later migrations',
  OBJECT_OPFAMILY: null,
  OBJECT_PUBLICATION: 'Every subscription to it',
  OBJECT_STATISTIC_EXT: null,
  OBJECT_SUBSCRIPTION: null,
  OBJECT_TABLESPACE: 'CREATE TABLE and CREATE INDEX with TABLESPACE, and default_tablespace,',
  OBJECT_TSCONFIGURATION: 'Queries with to_tsvector, and default_text_search_config,',
  OBJECT_TSDICTIONARY: null,
  OBJECT_TSPARSER: null,
  OBJECT_TSTEMPLATE: null,
};

/** Where the running application stops at once, not only later migrations. */
const atOnce = ['OBJECT_COLLATION', 'OBJECT_DATABASE', 'OBJECT_PUBLICATION', 'OBJECT_TSCONFIGURATION'];

export interface RenameObject extends Change {
  readonly kind: 'rename-object';
  /** `OBJECT_COLLATION`. */
  readonly objectType: string;
  readonly to: string;
  /** As the object is called from then on, where it is new in this migration and no schema is in its name. */
  readonly renamed: string | null;
}

export default defineChange<RenameObject>({
  kind: 'rename-object',
  explain: {
    title: 'An object of a rare class is renamed',
    why: 'What refers to it inside the database follows by itself; what says its name from outside does not: queries, subscriptions, clients, other migrations.',
    instead: 'Make a second one under the new name where that is possible, let all change over, then drop the first.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altercollation.html',
      'https://www.postgresql.org/docs/current/sql-alterpublication.html',
      'https://www.postgresql.org/docs/current/sql-alterdatabase.html',
    ],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node)) return null;
    const { renameType = '', object, subname, newname = '' } = node.RenameStmt;
    if (classes[renameType] === undefined) return null;
    const label = object === undefined ? wordObject(renameType, subname) : namedObject(renameType, object, facts).label;
    const renamed = facts.newObjects?.includes(label) ? wordObject(renameType, newname) : null;
    return { object: label, objectType: renameType, to: newname, renamed };
  },
  effects: ({ renamed }) => (renamed === null ? [] : [{ effect: 'make-object', object: renamed }]),
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, objectType, renamed }) => {
    const who = classes[objectType] ?? null;
    if (who === null || renamed !== null) return [];
    return [
      {
        code: 'rename-object-breaks-users',
        family: 'application',
        severity: atOnce.includes(objectType) ? 'error' : 'note',
        message: `${object} cannot be found by its name any more`,
        why: `${who} fail${/^Every/.test(who) ? 's' : ''} by the old name from the moment the migration is committed.`,
        instead:
          'Make one under the new name next to it where that is possible, let all change over, then drop the old one.',
      },
    ];
  },
});
