// What do CREATE, ALTER and DROP USER MAPPING do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { roleName } from './reading/role.ts';
import { secretHazard, secretOptions } from './reading/secret.ts';

export interface UserMapping extends Change {
  readonly kind: 'user-mapping';
  readonly action: 'create' | 'alter' | 'drop';
  readonly role: string;
  readonly server: string;
  /** By name; their values go nowhere. */
  readonly secrets: readonly string[];
}

export default defineChange<UserMapping>({
  kind: 'user-mapping',
  explain: {
    title: 'A user mapping is made, altered or dropped',
    why: 'It says as whom a role connects to a foreign server, mostly with a password, which then stays in the repository for ever. Without it, queries of foreign tables fail.',
    instead:
      'Make user mappings where the servers are set up, from a secret store. postgres_fdw can do without a password in it: passfile, sslcert and sslkey name files on the server.',
    links: ['https://www.postgresql.org/docs/current/sql-createusermapping.html'],
  },
  on: ['CreateUserMappingStmt', 'AlterUserMappingStmt', 'DropUserMappingStmt'],
  recognise: ({ node }) => {
    if ('CreateUserMappingStmt' in node) {
      const { user, servername = '', options } = node.CreateUserMappingStmt;
      return read('create', roleName(user), servername, secretOptions(options));
    }
    if ('AlterUserMappingStmt' in node) {
      const { user, servername = '', options } = node.AlterUserMappingStmt;
      return read('alter', roleName(user), servername, secretOptions(options));
    }
    if (!('DropUserMappingStmt' in node)) return null;
    return read('drop', roleName(node.DropUserMappingStmt.user), node.DropUserMappingStmt.servername ?? '', []);
  },
  effects: ({ action, object }) => (action === 'create' ? [{ effect: 'make-object', object }] : []),
  locks: () => [],
  plan: 'as-written',
  lasts: 'The options of a user mapping hold a password, and are not kept.',
  data: null,
  hazards: ({ action, object, role, server, secrets }, facts, after) => {
    const hazards: Hazard[] = [];
    if (secrets.length > 0) {
      hazards.push(
        secretHazard(
          `option ${secrets.join(', ')} of the ${object}`,
          'Make the user mapping where the server is set up, from a secret store; change the secret if the file was ever pushed.',
        ),
      );
    }
    if (action === 'drop' && !facts.newObjects?.includes(object) && !after.newObjects?.includes(object)) {
      hazards.push({
        code: 'drop-user-mapping-breaks-queries',
        family: 'application',
        severity: 'warning',
        message: `${role === 'PUBLIC' ? 'who has no user mapping of their own' : role} cannot read the foreign tables of server ${quoteIdentifier(server)} any more`,
        why: `Queries of them fail with “user mapping not found”${role === 'PUBLIC' ? '' : ', unless there is one for PUBLIC'}.`,
        instead: 'Drop the foreign tables first, or deploy what does without them.',
      });
    }
    return hazards;
  },
});

function read(
  action: UserMapping['action'],
  role: string,
  server: string,
  secrets: readonly string[],
): Omit<UserMapping, 'kind' | 'statement'> {
  return {
    object: `user mapping of ${role} for server ${quoteIdentifier(server)}`,
    action,
    role,
    server,
    secrets,
    ...(secrets.length > 0 ? { secret: true } : {}),
  };
}
