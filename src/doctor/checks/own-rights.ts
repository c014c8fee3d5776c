// May this role make what Roadbook and migrations make?
import { listing } from '../../model/listing.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { defineCheck } from '../define.ts';

interface Rights {
  readonly inDatabase: boolean;
  readonly schema: string | null;
  readonly inSchema: boolean;
  readonly owner: string;
  /** In the schemas of our own, where they are there. */
  readonly inJournal: boolean | null;
  readonly journalOwner: string | null;
  readonly inParked: boolean | null;
  readonly memberOf: readonly string[];
  readonly monitors: boolean;
}

const sql = `select
  pg_catalog.has_database_privilege(d.oid, 'CREATE') as "inDatabase",
  pg_catalog.pg_get_userbyid(d.datdba) as owner,
  pg_catalog.current_schema() as schema,
  coalesce(pg_catalog.has_schema_privilege(pg_catalog.current_schema(), 'CREATE'), false) as "inSchema",
  (select pg_catalog.has_schema_privilege(n.oid, 'USAGE, CREATE') from pg_catalog.pg_namespace n where n.nspname = 'roadbook') as "inJournal",
  (select pg_catalog.pg_get_userbyid(n.nspowner) from pg_catalog.pg_namespace n where n.nspname = 'roadbook') as "journalOwner",
  (select pg_catalog.has_schema_privilege(n.oid, 'CREATE') from pg_catalog.pg_namespace n where n.nspname = 'roadbook_parked') as "inParked",
  coalesce((select pg_catalog.array_agg(r.rolname::text order by r.rolname) from pg_catalog.pg_auth_members m
    join pg_catalog.pg_roles r on r.oid = m.roleid join pg_catalog.pg_roles me on me.oid = m.member
    where me.rolname = current_user), '{}') as "memberOf",
  pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') as monitors
from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`;

export const ownRights = defineCheck({
  name: 'own-rights',
  group: 'rights',
  about: 'which rights this role has',
  needs: 'database',
  look: async ({ connection }) => {
    const { user, database, superuser } = connection.server;
    if (superuser) return { found: [], said: `${user} is a superuser` };
    const [rights] = (await connection.query<Rights>(sql)).rows;
    if (rights === undefined) return { found: [] };
    const may = [
      ...(rights.inDatabase ? [`make schemas in ${database}`] : []),
      ...(rights.inSchema && rights.schema !== null ? [`make tables in ${rights.schema}`] : []),
    ];
    const member = rights.memberOf.length === 0 ? '' : `, is a member of ${listing(rights.memberOf, 3)}`;
    return {
      found: missing(rights, user, database),
      reason: 'connection',
      said: `${user} may ${may.length === 0 ? 'make nothing' : may.join(' and ')}${member}`,
    };
  },
});

function missing(rights: Rights, user: string, database: string): readonly Problem[] {
  const { inDatabase, schema, inSchema, owner, inJournal, journalOwner, inParked, monitors } = rights;
  const to = quoteIdentifier(user);
  const onDatabase = `GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${to}`;
  const found: Problem[] = [];
  if (inJournal === null && !inDatabase) {
    found.push(
      problem('journal-not-creatable', `the role ${user} may make no journal in ${database}`, {
        detail: `Roadbook keeps it in a schema “roadbook” there, and this role may make no schema. The database belongs to ${owner}.`,
        hint: `Let ${owner}, or a superuser, run: ${onDatabase}; or give it the schema alone: CREATE SCHEMA roadbook AUTHORIZATION ${to};`,
        repair: [onDatabase],
      }),
    );
  }
  if (inJournal === false && journalOwner !== null) {
    const member = `GRANT ${quoteIdentifier(journalOwner)} TO ${to}`;
    found.push(
      problem('journal-not-ours', `the role ${user} may not write the journal`, {
        detail: `The schema “roadbook” belongs to the role ${journalOwner}, which applied the migrations so far.`,
        hint: `Connect as ${journalOwner}, or let a superuser run: ${member};`,
        repair: [member],
      }),
    );
  }
  if (inJournal !== null && (inParked === false || (inParked === null && !inDatabase))) {
    found.push(
      problem('parking-not-possible', `the role ${user} cannot park what a migration drops`, {
        severity: 'warning',
        detail: 'It goes to a schema “roadbook_parked”, in which this role may make nothing, or which it may not make.',
        hint: `Let ${owner}, or a superuser, run: ${inParked === null ? onDatabase : `GRANT USAGE, CREATE ON SCHEMA roadbook_parked TO ${to}`};`,
      }),
    );
  }
  if (!inSchema) {
    const grant = schema === null ? null : `GRANT CREATE ON SCHEMA ${quoteIdentifier(schema)} TO ${to}`;
    found.push(
      problem(
        'schema-not-writable',
        `the role ${user} may make nothing in ${schema ?? 'any schema of its search path'}`,
        {
          severity: 'warning',
          detail:
            'A CREATE TABLE without the name of a schema is refused. From PostgreSQL 15 on nobody but the owner of a database has that right in public unless it is given.',
          hint:
            grant === null
              ? 'Name a schema that is there: ALTER ROLE … SET search_path = …'
              : `Let the owner of the schema run: ${grant};`,
          ...(grant === null ? {} : { repair: [grant] }),
        },
      ),
    );
  }
  if (!monitors) {
    found.push(
      problem('activity-hidden', `the role ${user} does not see what other roles do`, {
        severity: 'note',
        detail:
          'Long transactions, waiting sessions and slow statements of other roles are not among what is told here.',
        hint: `Let a superuser run: GRANT pg_monitor TO ${to};`,
      }),
    );
  }
  return found;
}
