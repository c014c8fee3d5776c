// What is the user told about a right that is missing?
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Missing } from './ask-rights.ts';

export interface Told {
  readonly message: string;
  readonly detail?: string;
  readonly hint: string;
  readonly repair: readonly string[];
  readonly severity: 'error' | 'warning';
}

/** `parks`: only so that what is taken away is kept. */
export function told(missing: Missing, database: string, parks: boolean): Told {
  const { owner, object, target, role, privilege } = missing;
  const to = quoteIdentifier(role);
  const whose = owner === null ? {} : { detail: `It belongs to the role ${owner}.` };
  const by = owner === null ? 'Let a superuser run' : `Let ${owner}, or a superuser, run`;
  const grant = (right: string, on: string, message: string): Told => {
    const sql = `GRANT ${right}${on} TO ${to}`;
    return { message, ...whose, hint: `${by}: ${sql};${parks ? orLost : ''}`, repair: [sql], severity: 'error' };
  };
  switch (missing.lacks) {
    case 'own':
      return owns(missing);
    case 'table':
      return grant(
        (privilege ?? '').split(', ')[0] ?? '',
        ` ON ${target}`,
        `the role ${role} has no right to ${verb(privilege)} ${object}`,
      );
    case 'use-schema':
      return grant('USAGE', ` ON SCHEMA ${target}`, `the role ${role} may not look into ${object}`);
    case 'create':
      return grant(
        privilege ?? 'CREATE',
        ` ON SCHEMA ${target}`,
        privilege === 'USAGE'
          ? `the role ${role} may not look into ${object}`
          : `the role ${role} may make nothing in ${object}`,
      );
    case 'database':
      return grant(
        'CREATE',
        ` ON DATABASE ${quoteIdentifier(database)}`,
        `the role ${role} may make no schema in the database ${database}, nor what belongs to it as a whole`,
      );
    case 'member':
      return {
        ...grant(target, '', `the role ${role} is no member of the ${object}`),
        hint: `Let a superuser, or whoever may grant that role, run: GRANT ${target} TO ${to};`,
      };
    case 'attribute': {
      const sql = `ALTER ROLE ${to} ${privilege ?? ''}`;
      return {
        message: `the role ${role} may make no ${privilege === 'CREATEROLE' ? 'roles' : 'databases'}: it has no ${privilege ?? ''}`,
        hint: `Let a superuser run: ${sql};`,
        repair: [sql],
        severity: 'error',
      };
    }
    case 'superuser':
      // Providers let others do some of this by means of their own, which cannot be seen from here.
      return {
        message: `the role ${role} is no superuser, which this statement asks for`,
        hint: 'Let a superuser run the statement before the migration, with IF NOT EXISTS in the migration where PostgreSQL has that, or apply the migration as a superuser.',
        repair: [],
        severity: 'warning',
      };
  }
}

const orLost =
  ' It is needed to keep what is taken away. If that may be lost, say so with `-- roadbook:option park=none`.';

/** Membership in a superuser is more than anybody wants to give. */
function owns({ role, object, target, owner, ownerIsSuperuser }: Missing): Told {
  const to = quoteIdentifier(role);
  const member = `GRANT ${quoteIdentifier(owner ?? '')} TO ${to}`;
  const sort =
    /^(?:(?:partitioned |foreign )?table|view|materialized view|index|sequence|function|procedure|aggregate|schema|publication|server|collation|type|domain)(?= )/.exec(
      object,
    )?.[0];
  const word = sort?.replace('partitioned table', 'table').toUpperCase();
  // An index belongs to whoever owns its table.
  const handed = word === undefined || word === 'INDEX' ? null : `ALTER ${word} ${target} OWNER TO ${to}`;
  const first = ownerIsSuperuser ? (handed ?? member) : member;
  const other = [member, handed].find((sql) => sql !== null && sql !== first && !(ownerIsSuperuser && sql === member));
  return {
    message: `the role ${role} does not own ${object}`,
    detail: `It belongs to the role ${owner ?? ''}, and only its owner and members of that role may do this.`,
    hint: `Apply the migration as ${owner ?? ''}, or let a superuser run: ${first};${other === undefined || other === null ? '' : ` or: ${other};`}`,
    repair: [first],
    severity: 'error',
  };
}

const verbs: Readonly<Record<string, string>> = {
  SELECT: 'read',
  INSERT: 'insert into',
  UPDATE: 'update',
  DELETE: 'delete from',
  TRUNCATE: 'empty',
  REFERENCES: 'refer by a foreign key to',
  TRIGGER: 'make triggers on',
};

function verb(privilege: string | null): string {
  const all = (privilege ?? '').split(', ');
  if (all.length > 1) return all.length > 6 ? 'grant anything on' : 'lock';
  return verbs[all[0] ?? ''] ?? `${privilege} on`;
}
