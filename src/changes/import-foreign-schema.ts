// What does IMPORT FOREIGN SCHEMA make and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Name } from './define.ts';

export interface ImportForeignSchema extends Change {
  readonly kind: 'import-foreign-schema';
  readonly server: string;
  readonly remote: string;
  readonly local: string;
  /** LIMIT TO; null where it is not said which. */
  readonly tables: readonly Name[] | null;
}

export default defineChange<ImportForeignSchema>({
  kind: 'import-foreign-schema',
  explain: {
    title: 'Foreign tables are made as another server has them',
    why: 'Which tables and columns come of it depends on the other server at that moment: another database, or the same migration a day later, may get others. That server has to answer while the migration runs.',
    instead:
      'Name the tables with LIMIT TO; or write CREATE FOREIGN TABLE, so that the columns stand in the migration.',
    links: ['https://www.postgresql.org/docs/current/sql-importforeignschema.html'],
  },
  on: ['ImportForeignSchemaStmt'],
  recognise: ({ node }) => {
    if (!('ImportForeignSchemaStmt' in node)) return null;
    const {
      server_name: server = '',
      remote_schema: remote = '',
      local_schema: local = '',
    } = node.ImportForeignSchemaStmt;
    const { list_type, table_list } = node.ImportForeignSchemaStmt;
    const names = (table_list ?? []).flatMap((table) =>
      'RangeVar' in table ? [{ schema: local, name: table.RangeVar.relname ?? '' }] : [],
    );
    return {
      object: `schema ${quoteIdentifier(remote)} of server ${quoteIdentifier(server)}`,
      server,
      remote,
      local,
      tables: list_type === 'FDW_IMPORT_SCHEMA_LIMIT_TO' ? names : null,
    };
  },
  effects: ({ tables }) => (tables ?? []).map((name) => ({ effect: 'make-relation', name, kind: 'foreign-table' })),
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, tables }) => [
    {
      code: 'import-depends-on-server',
      family: 'design',
      severity: tables === null ? 'warning' : 'note',
      message: `${tables === null ? 'the tables and columns' : 'the columns'} that come from ${object} are not written anywhere`,
      why: 'They are what the other server has at that moment: another environment, or a later day, may get others, and the migration waits for that server to answer.',
      instead:
        tables === null
          ? 'Name the tables with LIMIT TO, or write CREATE FOREIGN TABLE.'
          : 'Write CREATE FOREIGN TABLE with the columns.',
    },
  ],
});
