// What does ALTER SCHEMA … RENAME TO do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { relationsIn, typesIn } from './reading/in-schema.ts';

export interface RenameSchema extends Change {
  readonly kind: 'rename-schema';
  readonly from: string;
  readonly to: string;
  /** Made earlier in the same migration. */
  readonly isNew: boolean;
  /** Those in it that are known. */
  readonly relations: readonly Name[];
  readonly types: readonly Name[];
}

export default defineChange<RenameSchema>({
  kind: 'rename-schema',
  explain: {
    title: 'A schema is renamed',
    why: 'Nothing is locked, but every query, search path and function body that says the old name fails from the moment the migration is committed.',
    instead:
      'Make the new schema, move or copy into it what belongs there, and leave views of the old names behind until the last application has changed over.',
    links: ['https://www.postgresql.org/docs/current/sql-alterschema.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_SCHEMA') return null;
    const { subname: from = '', newname: to = '' } = node.RenameStmt;
    const object = `schema ${quoteIdentifier(from)}`;
    return {
      object,
      from,
      to,
      isNew: facts.newObjects?.includes(object) === true,
      relations: relationsIn(from, facts),
      types: typesIn(from, facts),
    };
  },
  effects: ({ to, relations, types, isNew }) => [
    ...relations.map((from) => ({ effect: 'rename-relation', from, to: { ...from, schema: to } }) as const),
    ...types.map((from) => ({ effect: 'move-type', from, to: { ...from, schema: to } }) as const),
    ...(isNew ? [{ effect: 'make-object', object: `schema ${quoteIdentifier(to)}` } as const] : []),
  ],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, to, isNew }) =>
    isNew
      ? []
      : [
          {
            code: 'rename-schema-breaks-application',
            family: 'application',
            severity: 'error',
            message: `${object} cannot be found by its name any more`,
            why: 'The running application’s queries that name it fail, and those that rely on the search path find nothing, or something else. Function bodies written as text are not corrected either.',
            instead: `Make schema ${quoteIdentifier(to)} next to it, and leave views under the old names until nobody asks for them.`,
          },
        ],
});
