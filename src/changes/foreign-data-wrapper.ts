// What do CREATE, ALTER and DROP FOREIGN DATA WRAPPER do, lock and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { partsOf } from './name.ts';
import { needsSuperuser } from './reading/cluster.ts';
import { cascadeHazard } from './reading/dropped.ts';
import { secretHazard, secretOptions } from './reading/secret.ts';

export interface ForeignDataWrapper extends Change {
  readonly kind: 'foreign-data-wrapper';
  readonly action: 'create' | 'alter' | 'drop';
  readonly names: readonly string[];
  readonly cascade: boolean;
  /** By name; their values go nowhere. */
  readonly secrets: readonly string[];
}

export default defineChange<ForeignDataWrapper>({
  kind: 'foreign-data-wrapper',
  explain: {
    title: 'A foreign-data wrapper is made, altered or dropped',
    why: 'Only a superuser may. Dropped with CASCADE it takes its servers, their user mappings and every foreign table, each of which is locked with ACCESS EXCLUSIVE.',
    instead: 'Make it through its extension: CREATE EXTENSION postgres_fdw. Drop foreign tables and servers by name.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createforeigndatawrapper.html',
      'https://www.postgresql.org/docs/current/sql-dropforeigndatawrapper.html',
    ],
  },
  on: ['CreateFdwStmt', 'AlterFdwStmt', 'DropStmt'],
  recognise: ({ node }) => {
    if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_FDW') {
      const names = partsOf(node.DropStmt.objects);
      return read('drop', names, node.DropStmt.behavior === 'DROP_CASCADE', []);
    }
    if ('CreateFdwStmt' in node) {
      return read('create', [node.CreateFdwStmt.fdwname ?? ''], false, secretOptions(node.CreateFdwStmt.options));
    }
    if (!('AlterFdwStmt' in node)) return null;
    return read('alter', [node.AlterFdwStmt.fdwname ?? ''], false, secretOptions(node.AlterFdwStmt.options));
  },
  effects: ({ action, object }) => (action === 'create' ? [{ effect: 'make-object', object }] : []),
  locks: ({ action, cascade }) => (action === 'drop' && cascade ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }] : []),
  plan: 'as-written',
  data: null,
  hazards: ({ action, object, cascade, secrets }) => {
    const hazards: Hazard[] = [];
    if (secrets.length > 0)
      hazards.push(
        secretHazard(
          `option ${secrets.join(', ')} of ${object}`,
          'Keep it in a user mapping that is made where the server is set up.',
        ),
      );
    if (action === 'create') hazards.push(needsSuperuser(object));
    if (cascade) hazards.push(cascadeHazard(object, 'its servers, their user mappings and every foreign table'));
    return hazards;
  },
});

function read(
  action: ForeignDataWrapper['action'],
  names: readonly string[],
  cascade: boolean,
  secrets: readonly string[],
): Omit<ForeignDataWrapper, 'kind' | 'statement'> {
  return {
    object: `foreign-data wrapper ${names.map(quoteIdentifier).join(', ')}`,
    action,
    names,
    cascade,
    secrets,
    ...(secrets.length > 0 ? { secret: true } : {}),
  };
}
