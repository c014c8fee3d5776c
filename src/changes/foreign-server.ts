// What do CREATE, ALTER and DROP SERVER do, lock and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { partsOf } from './name.ts';
import { cascadeHazard } from './reading/dropped.ts';
import { optionsOf } from './reading/options.ts';
import { secretHazard, secretOptions } from './reading/secret.ts';

export interface ForeignServer extends Change {
  readonly kind: 'foreign-server';
  readonly action: 'create' | 'alter' | 'drop';
  readonly names: readonly string[];
  /** Options that are given, by name. */
  readonly options: readonly string[];
  readonly cascade: boolean;
  /** By name; their values go nowhere. */
  readonly secrets: readonly string[];
}

export default defineChange<ForeignServer>({
  kind: 'foreign-server',
  explain: {
    title: 'A foreign server is made, altered or dropped',
    why: 'Where it is differs from environment to environment, and a migration is the same file in all of them. Altered, every foreign table of it reads another place at once. Dropped with CASCADE it takes its foreign tables, each locked with ACCESS EXCLUSIVE.',
    instead: 'Let the environment set the address: ALTER SERVER … OPTIONS (SET host …) where the server is set up.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createserver.html',
      'https://www.postgresql.org/docs/current/sql-alterserver.html',
    ],
  },
  on: ['CreateForeignServerStmt', 'AlterForeignServerStmt', 'DropStmt'],
  recognise: ({ node }) => {
    if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_FOREIGN_SERVER') {
      return read('drop', partsOf(node.DropStmt.objects), [], [], node.DropStmt.behavior === 'DROP_CASCADE');
    }
    const create = 'CreateForeignServerStmt' in node;
    const statement = create
      ? node.CreateForeignServerStmt
      : 'AlterForeignServerStmt' in node
        ? node.AlterForeignServerStmt
        : null;
    if (statement === null) return null;
    const { servername = '', options } = statement;
    return read(
      create ? 'create' : 'alter',
      [servername],
      [...optionsOf(options).keys()],
      secretOptions(options),
      false,
    );
  },
  effects: ({ action, object }) => (action === 'create' ? [{ effect: 'make-object', object }] : []),
  locks: ({ cascade }) => (cascade ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }] : []),
  plan: 'as-written',
  data: null,
  hazards: ({ action, object, options, cascade, secrets }, facts) => {
    const hazards: Hazard[] = [];
    if (secrets.length > 0) {
      hazards.push(
        secretHazard(
          `option ${secrets.join(', ')} of ${object}`,
          'Put it into a user mapping that is made where the server is set up.',
        ),
      );
    }
    if (options.some((name) => /^(host|hostaddr|port|service|dbname)$/.test(name))) {
      hazards.push({
        code: 'server-address-in-migration',
        family: 'design',
        severity: 'note',
        message: `the address of ${object} is the same in every environment`,
        why: 'The same file runs on developers’ machines, in tests and in production: each would read and write that one place.',
        instead: 'Make the server without it, and let each environment add it with ALTER SERVER … OPTIONS.',
      });
    }
    if (action === 'alter' && options.length > 0 && !facts.newObjects?.includes(object)) {
      hazards.push({
        code: 'server-change-moves-tables',
        family: 'application',
        severity: 'warning',
        message: `every foreign table of ${object} uses another ${options.join(', ')}`,
        why: 'The running application’s next query of any of them goes there, and may find other rows, other columns or nobody.',
        instead: 'Make a second server, try it, and move the tables over one by one.',
      });
    }
    if (cascade) hazards.push(cascadeHazard(object, 'its foreign tables and user mappings'));
    return hazards;
  },
});

function read(
  action: ForeignServer['action'],
  names: readonly string[],
  options: readonly string[],
  secrets: readonly string[],
  cascade: boolean,
): Omit<ForeignServer, 'kind' | 'statement'> {
  return {
    object: `server ${names.map(quoteIdentifier).join(', ')}`,
    action,
    names,
    options,
    cascade,
    secrets,
    ...(secrets.length > 0 ? { secret: true } : {}),
  };
}
