// What does CREATE EXTENSION do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';
import { optionsOf, optionWord } from './reading/options.ts';

export interface CreateExtension extends Change {
  readonly kind: 'create-extension';
  readonly extension: string;
  readonly schema: string | null;
  readonly version: string | null;
  readonly cascade: boolean;
  readonly ifNotExists: boolean;
}

/** Those that come with PostgreSQL 14 to 18 and that whoever may CREATE in the database can make. */
const trusted = `
  bool_plperl btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn jsonb_plperl lo ltree pgcrypto pg_trgm plperl plpgsql
  pltcl seg tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp
`;

/** Those that come with PostgreSQL and want a superuser. */
const untrusted = `
  adminpack amcheck autoinc bloom bool_plperlu dblink dict_xsyn earthdistance file_fdw hstore_plperl hstore_plperlu hstore_plpython3u insert_username
  intagg jsonb_plperlu jsonb_plpython3u ltree_plpython3u moddatetime old_snapshot pageinspect pg_buffercache pg_freespacemap pg_logicalinspect
  pg_prewarm pg_stat_statements pg_surgery pg_visibility pg_walinspect pgrowlocks pgstattuple plperlu plpython3u pltclu postgres_fdw refint
  sslinfo xml2
`;

export default defineChange<CreateExtension>({
  kind: 'create-extension',
  explain: {
    title: 'An extension is made',
    why: 'Its files must be installed on the machine of every server the migration runs on, and most extensions want a superuser, or a hosted service that lets them through.',
    instead:
      'Keep to what every environment has. Where the administrator makes the extension, write CREATE EXTENSION IF NOT EXISTS, which then needs no right.',
    links: ['https://www.postgresql.org/docs/current/sql-createextension.html'],
  },
  on: ['CreateExtensionStmt'],
  recognise: ({ node }) => {
    if (!('CreateExtensionStmt' in node)) return null;
    const { extname = '', options, if_not_exists } = node.CreateExtensionStmt;
    const given = optionsOf(options);
    return {
      object: `extension ${quoteIdentifier(extname)}`,
      extension: extname,
      schema: optionWord(given, 'schema'),
      version: optionWord(given, 'new_version'),
      cascade: given.has('cascade'),
      ifNotExists: if_not_exists === true,
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, extension, ifNotExists }) => {
    if (has(trusted, extension)) return [];
    if (has(untrusted, extension)) {
      return [
        {
          code: 'extension-needs-superuser',
          family: 'design',
          severity: ifNotExists ? 'note' : 'warning',
          message: `only a superuser can make ${object}`,
          why: 'It comes with PostgreSQL, but it is not trusted: the role that migrations run as has to be a superuser, or the hosted service has to allow it.',
          instead:
            'Let the administrator make it once, and write IF NOT EXISTS: then the migration needs no right where it is there.',
        },
      ];
    }
    return [
      {
        code: 'extension-may-be-missing',
        family: 'design',
        severity: ifNotExists ? 'note' : 'warning',
        message: `${object} does not come with PostgreSQL`,
        why: 'It has to be installed on the machine of every server that the migration runs on, developers’ and test servers too, and making it usually wants a superuser.',
        instead:
          'Make sure that every environment has it, in the same version; write IF NOT EXISTS where the administrator makes it.',
      },
    ];
  },
});

function has(list: string, name: string): boolean {
  return list.trim().split(/\s+/).includes(name);
}
