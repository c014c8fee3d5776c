// What do CREATE, ALTER and DROP TABLESPACE do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { optionsOf } from './reading/options.ts';

export interface Tablespace extends Change {
  readonly kind: 'tablespace';
  readonly action: 'create' | 'alter' | 'drop';
  readonly tablespace: string;
  readonly options: readonly string[];
}

export default defineChange<Tablespace>({
  kind: 'tablespace',
  explain: {
    title: 'A tablespace is made, altered or dropped',
    why: 'It is a folder on the machine of one server, shared by all its databases: the same path has to be there, empty and owned by the server’s system user, wherever the migration runs. Only a superuser may, and CREATE and DROP cannot run in a transaction.',
    instead: 'Make tablespaces where the server is set up; a migration may then name them.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createtablespace.html',
      'https://www.postgresql.org/docs/current/sql-droptablespace.html',
    ],
  },
  on: ['CreateTableSpaceStmt', 'AlterTableSpaceOptionsStmt', 'DropTableSpaceStmt'],
  recognise: ({ node }) => {
    if ('CreateTableSpaceStmt' in node) {
      const { tablespacename = '', options } = node.CreateTableSpaceStmt;
      return read('create', tablespacename, [...optionsOf(options).keys()]);
    }
    if ('AlterTableSpaceOptionsStmt' in node) {
      const { tablespacename = '', options } = node.AlterTableSpaceOptionsStmt;
      return read('alter', tablespacename, [...optionsOf(options).keys()]);
    }
    return 'DropTableSpaceStmt' in node ? read('drop', node.DropTableSpaceStmt.tablespacename ?? '', []) : null;
  },
  effects: ({ action, object }) => (action === 'create' ? [{ effect: 'make-object', object }] : []),
  locks: () => [],
  plan: 'as-written',
  lasts: 'Tablespaces belong to the whole server.',
  data: null,
  hazards: ({ action, object }) => {
    const hazards: Hazard[] = [];
    if (action === 'alter') {
      hazards.push({
        code: 'tablespace-costs-change-plans',
        family: 'application',
        severity: 'note',
        message: `${object} is weighed otherwise by the planner, for all databases of the server`,
        why: 'Queries of every table in it may get other plans from their next run on.',
        instead: 'Compare EXPLAIN of the queries that matter, on a copy.',
      });
    } else {
      hazards.push({
        code: 'tablespace-in-migration',
        family: 'design',
        severity: 'warning',
        message: `${object} belongs to the machine of one server, not to this database`,
        why: 'The folder has to be there wherever the migration runs, and only a superuser may. It cannot run in a transaction, so it is not taken back when anything after it fails.',
        instead: 'Do it where the server is set up. If it must be a migration, it stands alone in one of its own.',
      });
    }
    return hazards;
  },
});

function read(
  action: Tablespace['action'],
  tablespace: string,
  options: readonly string[],
): Omit<Tablespace, 'kind' | 'statement'> {
  return { object: `tablespace ${quoteIdentifier(tablespace)}`, action, tablespace, options };
}
