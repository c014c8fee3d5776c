// What does a column pass on to its successor: default, NOT NULL, identity, sequences, privileges, comment?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { Draft, DraftStep } from './draft.ts';
import type { FreeNames } from './free-names.ts';
import { granteesIn, grantsOf } from './grants-of.ts';
import { partsOfTable } from './key-of.ts';
import { CannotRenew } from './renewed-constraint.ts';

export interface Carrying {
  readonly catalog: Catalog;
  readonly major: number;
  /** The table as SQL names it, and as the catalog does. */
  readonly table: string;
  readonly printed: string;
  readonly names: FreeNames;
  /** Not quoted. */
  readonly column: string;
  readonly successor: string;
  /** The column as the catalog has it. */
  readonly own: Properties;
  readonly columnKey: string;
  /** As PostgreSQL prints it. */
  readonly newType: string;
  /** An earlier statement has dropped it: the catalog has it still. */
  readonly losesDefault: boolean;
  readonly losesNotNull: boolean;
}

export interface Carried {
  /** In the transaction that makes the successor. */
  readonly first: readonly DraftStep[];
  readonly build: readonly Draft[];
  readonly drop: readonly DraftStep[];
  readonly finish: readonly DraftStep[];
}

const nothing: Carried = { first: [], build: [], drop: [], finish: [] };

/** Throws `CannotRenew`. */
export function carried(how: Carrying): Carried {
  // Identity needs NOT NULL, and a default must be gone before it.
  const parts = [notNull(how), defaultOf(how), sequences(how), identity(how), attributes(how)];
  return {
    first: parts.flatMap(({ first }) => first),
    build: parts.flatMap(({ build }) => build),
    drop: parts.flatMap(({ drop }) => drop),
    finish: parts.flatMap(({ finish }) => finish),
  };
}

function alter({ table, column }: Carrying, what: string): string {
  return `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column)} ${what}`;
}

function notNull(how: Carrying): Carried {
  const { catalog, own, table, printed, column, successor, major, names, losesNotNull } = how;
  if (own['not null'] !== true || losesNotNull) return nothing;
  const constraint = partsOfTable(catalog, 'constraint', printed).find(
    ([, { definition }]) => definition === `NOT NULL ${column}` || definition === `NOT NULL ${quoteIdentifier(column)}`,
  );
  const meanwhile = quoteIdentifier(names(`roadbook_${column}_not_null`));
  const quoted = quoteIdentifier(successor);
  const validate: Draft = {
    stage: 'transaction',
    steps: [
      { sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${meanwhile}`, does: 'read all rows while they are written' },
    ],
    alone: true,
  };
  const add = (definition: string): Draft => ({
    stage: 'transaction',
    steps: [
      {
        sql: `ALTER TABLE ${table} ADD CONSTRAINT ${meanwhile} ${definition} NOT VALID`,
        does: 'refuse NULLs in the new column',
      },
    ],
    commits: true,
  });
  if (major >= 18) {
    const [name, properties] = constraint ?? [];
    const isValid = properties?.validated !== false;
    const inherit = properties?.['no inherit'] === true ? ' NO INHERIT' : '';
    const kept = quoteIdentifier(partsOfName(name ?? '').at(-1) ?? '');
    const text = properties?.comment;
    return {
      ...nothing,
      build: [add(`NOT NULL ${quoted}${inherit}`), ...(isValid ? [validate] : [])],
      finish:
        name === undefined
          ? []
          : [
              {
                sql: `ALTER TABLE ${table} RENAME CONSTRAINT ${meanwhile} TO ${kept}`,
                does: 'give NOT NULL the old one’s name',
              },
              ...(typeof text === 'string'
                ? [
                    {
                      sql: `COMMENT ON CONSTRAINT ${kept} ON ${table} IS ${quoteLiteral(text)}`,
                      does: 'keep the comment',
                    },
                  ]
                : []),
            ],
    };
  }
  return {
    ...nothing,
    build: [add(`CHECK (${quoted} IS NOT NULL)`), validate],
    drop: [
      {
        sql: alter({ ...how, column: successor }, 'SET NOT NULL'),
        does: 'make the column NOT NULL, which the check has proved',
      },
      { sql: `ALTER TABLE ${table} DROP CONSTRAINT ${meanwhile}`, does: 'drop the check' },
    ],
  };
}

/** Set and dropped again at once, so that a default that does not fit is refused before anything else is done. */
function defaultOf(how: Carrying): Carried {
  const { own, successor, losesDefault } = how;
  if (typeof own.default !== 'string' || losesDefault) return nothing;
  const set = `SET DEFAULT ${own.default}`;
  const tried = { ...how, column: successor };
  return {
    ...nothing,
    first: [
      { sql: alter(tried, set), does: 'see that the default fits the new type' },
      { sql: alter(tried, 'DROP DEFAULT'), does: 'leave it to the old column for now' },
    ],
    finish: [{ sql: alter(how, set), does: 'keep the default' }],
  };
}

function sequences({ catalog, columnKey, table, successor }: Carrying): Carried {
  const owned = Object.entries(catalog.objects.sequence ?? {}).filter(([, own]) => own['owner column'] === columnKey);
  return {
    ...nothing,
    drop: owned.map(([printed]) => ({
      sql: `ALTER SEQUENCE ${printed} OWNED BY ${table}.${quoteIdentifier(successor)}`,
      does: 'keep the sequence',
    })),
  };
}

const greatest: Readonly<Record<string, string>> = {
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
};
const least: Readonly<Record<string, string>> = {
  smallint: '-32768',
  integer: '-2147483648',
  bigint: '-9223372036854775808',
};

/** The sequence of an identity column cannot be handed over: another takes its name, its place and its last value. */
function identity(how: Carrying): Carried {
  const { catalog, columnKey, own, newType, names, successor } = how;
  if (own.identity === undefined) return nothing;
  const [printed, sequence] =
    Object.entries(catalog.objects.sequence ?? {}).find(
      ([, one]) => one['owner column'] === `identity of ${columnKey}`,
    ) ?? [];
  if (printed === undefined || sequence === undefined || greatest[newType] === undefined)
    throw new CannotRenew('The column is an identity column, and its sequence could not be carried over.');
  const { type, start, increment, minimum, maximum, cache, cycle, acl, comment, owner } = sequence;
  const parts = partsOfName(printed);
  const meanwhile = names(`roadbook_${parts.at(-1) ?? ''}`);
  const away = [...parts.slice(0, -1), meanwhile].map(quoteIdentifier).join('.');
  const was = String(type);
  const options = [
    `SEQUENCE NAME ${printed}`,
    `START WITH ${start}`,
    `INCREMENT BY ${increment}`,
    ...(minimum === least[was] ? [] : [`MINVALUE ${minimum}`]),
    ...(maximum === greatest[was] ? [] : [`MAXVALUE ${maximum}`]),
    `CACHE ${cache}`,
    ...(cycle === true ? ['CYCLE'] : []),
  ].join(' ');
  const grants = grantsOf(acl, ` ON SEQUENCE ${printed}`, String(owner));
  if (grants === null)
    throw new CannotRenew(`Somebody else than the owner has granted privileges on sequence ${printed}.`);
  const others = new Set(
    Object.entries(catalog.objects['default privileges'] ?? {})
      .filter(([name]) => name.endsWith(' on sequences'))
      .flatMap(([, defaults]) => granteesIn(defaults.acl, String(owner))),
  );
  const revokes = [...others].map((grantee) => ({
    sql: `REVOKE ALL ON SEQUENCE ${printed} FROM ${grantee === '' ? 'PUBLIC' : quoteIdentifier(grantee)}`,
    does: 'undo default privileges',
  }));
  const always = own.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT';
  return {
    ...nothing,
    drop: [
      {
        sql: `ALTER SEQUENCE ${printed} RENAME TO ${quoteIdentifier(meanwhile)}`,
        does: 'make room for the new sequence',
      },
      {
        sql: alter({ ...how, column: successor }, `ADD GENERATED ${always} AS IDENTITY (${options})`),
        does: 'make the column an identity column',
      },
      {
        sql: `SELECT setval(${quoteLiteral(printed)}, last_value, is_called) FROM ${away}`,
        does: 'go on counting where it stood',
      },
    ],
    finish: [
      ...revokes,
      ...grants.map((sql) => ({ sql, does: 'keep privileges' })),
      ...(typeof comment === 'string'
        ? [{ sql: `COMMENT ON SEQUENCE ${printed} IS ${quoteLiteral(comment)}`, does: 'keep the comment' }]
        : []),
    ],
  };
}

/** Storage and compression are those of the new type; PostgreSQL keeps the rest. */
function attributes(how: Carrying): Carried {
  const { catalog, own, table, printed, column } = how;
  const quoted = quoteIdentifier(column);
  const owner = catalog.objects.table?.[printed]?.owner;
  const grants = grantsOf(own.acl, ` (${quoted}) ON ${table}`, String(owner));
  if (grants === null) throw new CannotRenew('Somebody else than the owner has granted privileges on the column.');
  const options = Array.isArray(own.options) ? own.options.map(String) : [];
  const labels = Array.isArray(own['security labels']) ? own['security labels'].map(String) : [];
  return {
    ...nothing,
    finish: [
      ...(own.statistics === undefined
        ? []
        : [{ sql: alter(how, `SET STATISTICS ${own.statistics}`), does: 'keep the statistics target' }]),
      ...(options.length === 0 ? [] : [{ sql: alter(how, `SET (${options.join(', ')})`), does: 'keep the options' }]),
      ...(typeof own.comment === 'string'
        ? [{ sql: `COMMENT ON COLUMN ${table}.${quoted} IS ${quoteLiteral(own.comment)}`, does: 'keep the comment' }]
        : []),
      ...grants.map((sql) => ({ sql, does: 'keep privileges' })),
      ...labels.map((label) => {
        const [provider = '', ...rest] = label.split(': ');
        return {
          sql: `SECURITY LABEL FOR ${quoteIdentifier(provider)} ON COLUMN ${table}.${quoted} IS ${quoteLiteral(rest.join(': '))}`,
          does: 'keep the security label',
        };
      }),
    ],
  };
}
