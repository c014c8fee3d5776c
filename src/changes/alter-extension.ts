// What does ALTER EXTENSION do, lock and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { namedObject } from './reading/named-object.ts';
import { optionsOf, optionWord } from './reading/options.ts';

export interface AlterExtension extends Change {
  readonly kind: 'alter-extension';
  readonly extension: string;
  readonly action: 'update' | 'add-member' | 'drop-member';
  /** The version; null means the newest. */
  readonly to: string | null;
  /** The member that is a relation. */
  readonly relation: Name | null;
}

export default defineChange<AlterExtension>({
  kind: 'alter-extension',
  explain: {
    title: 'An extension is updated or altered',
    why: 'UPDATE runs a script of the extension’s author, which may replace functions, rewrite tables and lock whatever it touches, and there is seldom a way back. A member that is added is dropped with the extension, and left out of dumps; one that is taken out stays.',
    instead:
      'Read what the version changes, try it on a copy, and say the version: ALTER EXTENSION … UPDATE TO. Let it stand alone in a migration of its own.',
    links: ['https://www.postgresql.org/docs/current/sql-alterextension.html'],
  },
  on: ['AlterExtensionStmt', 'AlterExtensionContentsStmt'],
  recognise: ({ node }, facts) => {
    if ('AlterExtensionStmt' in node) {
      const { extname = '', options } = node.AlterExtensionStmt;
      return {
        object: `extension ${quoteIdentifier(extname)}`,
        extension: extname,
        action: 'update',
        to: optionWord(optionsOf(options), 'new_version'),
        relation: null,
      };
    }
    if ('AlterExtensionContentsStmt' in node) {
      const { extname = '', action, objtype, object } = node.AlterExtensionContentsStmt;
      const { label, relation, isRelation } = namedObject(objtype, object, facts);
      return {
        object: `${label} of extension ${quoteIdentifier(extname)}`,
        extension: extname,
        action: action === 1 ? 'add-member' : 'drop-member',
        to: null,
        relation: isRelation ? relation : null,
      };
    }
    return null;
  },
  effects: () => [],
  locks: ({ action, relation }, facts) => {
    // The script of an update may lock anything.
    if (action === 'update') return [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }];
    if (relation === null || isNew(relation, facts)) return [];
    return [{ relation: printName(relation), mode: 'SHARE UPDATE EXCLUSIVE' }];
  },
  plan: 'as-written',
  data: null,
  hazards: ({ object, action, to }, facts) => {
    if (facts.newObjects?.includes(object)) return [];
    if (action !== 'update') return [];
    return [
      {
        code: 'extension-update-runs-script',
        family: 'lock',
        severity: 'warning',
        message: `${object} is updated${to === null ? '' : ` to ${to}`} by a script that may do anything`,
        lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
        why: `What it locks, and whether queries still find what they use, is up to the extension. A newer library may have to be installed first, and few extensions have a way back.${to === null ? ' Without TO it is the newest that the server’s machine has, another one in each environment.' : ''}`,
        instead:
          'Read what the version changes and try it on a copy; say UPDATE TO a version, in a migration of its own.',
      },
    ];
  },
});
