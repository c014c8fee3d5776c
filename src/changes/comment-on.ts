// What do COMMENT ON and SECURITY LABEL do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { namedObject } from './reading/named-object.ts';

export interface CommentOn extends Change {
  readonly kind: 'comment-on';
  /** The relation that is locked for it, if any. */
  readonly relation: Name | null;
  /** Null takes it away. */
  readonly text: string | null;
  /** Whose security label it is; `null` for a comment, empty for the only provider there is. */
  readonly provider: string | null;
}

export default defineChange<CommentOn>({
  kind: 'comment-on',
  explain: {
    title: 'An object is described or labelled',
    why: 'SHARE UPDATE EXCLUSIVE is held on a table for its comment and its columns’: readers and writers go on, VACUUM and other schema changes wait. A security label needs the library of its provider in the server.',
    instead: 'There is nothing to do instead.',
    links: [
      'https://www.postgresql.org/docs/current/sql-comment.html',
      'https://www.postgresql.org/docs/current/sql-security-label.html',
    ],
  },
  on: ['CommentStmt', 'SecLabelStmt'],
  recognise: ({ node }, facts) => {
    if ('CommentStmt' in node) {
      const { objtype, object, comment } = node.CommentStmt;
      const { label, relation, isRelation } = namedObject(objtype, object, facts);
      const isLocked = isRelation || objtype === 'OBJECT_COLUMN';
      return {
        object: `comment on ${label}`,
        relation: isLocked ? relation : null,
        text: comment ?? null,
        provider: null,
      };
    }
    if (!('SecLabelStmt' in node)) return null;
    const { objtype, object, provider = '', label: text } = node.SecLabelStmt;
    const { label, relation, isRelation } = namedObject(objtype, object, facts);
    const isLocked = isRelation || objtype === 'OBJECT_COLUMN';
    return { object: `security label on ${label}`, relation: isLocked ? relation : null, text: text ?? null, provider };
  },
  effects: () => [],
  // On constraints, triggers, rules and policies it takes only ACCESS SHARE on the table (14 to 18).
  locks: ({ relation }, facts) =>
    relation === null || isNew(relation, facts)
      ? []
      : [{ relation: printName(relation), mode: 'SHARE UPDATE EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: ({ object, provider }) =>
    provider === null
      ? []
      : [
          {
            code: 'security-label-needs-provider',
            family: 'design',
            severity: 'note',
            message: `${object} needs its provider in every server`,
            why: 'The library of the provider has to be in shared_preload_libraries; where it is not, on a developer’s machine or a copy, the statement fails.',
            instead: 'Set labels in a migration only if every environment has the provider.',
          },
        ],
});
