// What does CREATE SCHEMA do? Its elements are changes of their own.
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';
import { roleName } from './reading/role.ts';

export interface CreateSchema extends Change {
  readonly kind: 'create-schema';
  /** Null where it is called after the role that runs the migration. */
  readonly schema: string | null;
  /** Null means the role that runs the migration. */
  readonly owner: string | null;
  readonly ifNotExists: boolean;
}

export default defineChange<CreateSchema>({
  kind: 'create-schema',
  explain: {
    title: 'A schema is made',
    why: 'Nothing is locked. Nobody but the owner can look into it until USAGE is granted; and names without a schema do not find what is in it unless it is in the search path.',
    instead: 'Grant USAGE to those who need it in the same migration.',
    links: ['https://www.postgresql.org/docs/current/sql-createschema.html'],
  },
  on: ['CreateSchemaStmt'],
  recognise: ({ node }) => {
    if (!('CreateSchemaStmt' in node)) return null;
    const { schemaname, authrole, if_not_exists } = node.CreateSchemaStmt;
    const schema = schemaname ?? authrole?.rolename ?? null;
    return {
      object: schema === null ? `schema of ${roleName(authrole)}` : `schema ${quoteIdentifier(schema)}`,
      schema,
      owner: authrole === undefined ? null : roleName(authrole),
      ifNotExists: if_not_exists === true,
    };
  },
  // With IF NOT EXISTS it may have been there before, and be used by others.
  effects: ({ object, ifNotExists }) => (ifNotExists ? [] : [{ effect: 'make-object', object }]),
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
