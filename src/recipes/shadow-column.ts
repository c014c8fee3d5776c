// How does a column get another type while the table is in use: by a column beside it that takes its place in the end?
import type { Catalog } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { type Batch, rangeMark } from '../model/plan.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { carried } from './carry-column.ts';
import { type Renames, withColumns } from './column-words.ts';
import type { Draft, DraftStep } from './draft.ts';
import { type FreeNames, freeNames } from './free-names.ts';
import { keptEqual } from './keep-equal.ts';
import { type KeptBehind, keptBehind, type OldValues, resolvedByKeeping } from './keep-old-values.ts';
import { partsOfTable } from './key-of.ts';
import { type Around, triedFirst, withMadeAgain } from './made-again.ts';
import { quietTriggers } from './quiet-triggers.ts';
import { renewals } from './recreate-dependents.ts';
import { CannotRenew, readable } from './renewed-constraint.ts';
import { columnKey, obstacle, type Where } from './shadow-obstacles.ts';

export interface ShadowedColumn {
  /** Not quoted. */
  readonly column: string;
  /** The new type as SQL, with the schema where it was written, and as PostgreSQL prints it. */
  readonly type: string;
  readonly newType: string;
  /** COLLATE … as SQL. */
  readonly collation: string | null;
  /** USING; null for what PostgreSQL does by itself. */
  readonly using: SyntaxNode | null;
  /** NULL stays NULL, and nothing else becomes it. */
  readonly keepsNull: boolean;
  readonly losesDefault: boolean;
  readonly losesNotNull: boolean;
  /** Null: its values are told by the new ones, or are not kept. */
  readonly keeps: OldValues | null;
}

export interface Shadowing {
  /** Without what is dropped in the same moment. */
  readonly catalog: Catalog;
  /** With it: its names are taken still. */
  readonly whole: Catalog;
  readonly major: number;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly print: (node: SyntaxNode) => string | null;
  readonly table: Name;
  /** As the catalog writes it. */
  readonly printed: string;
  readonly columns: readonly ShadowedColumn[];
  readonly key: Batch['key'];
  /** For people: `column public.items.price`. */
  readonly objects: readonly string[];
  /** Columns that the catalog does not know yet. */
  readonly also: readonly string[];
  /** What uses the column and goes in the moment of the exchange, to come back in it; it is in `whole`, and not in `catalog`. */
  readonly around: Around | null;
}

/**
 * Beside each column one of the new type, kept equal by a trigger and filled some rows at a time; what hangs on the column is
 * built on it; then, in one moment, it takes the name. It stands at the end of the table from then on.
 */
export function shadowColumns(given: Shadowing): readonly Draft[] | { readonly cannot: string } {
  const shadowing = { ...given, parse: readable(given.parse) };
  const { catalog, whole, parse, table, printed, columns } = shadowing;
  const where: Where = { catalog, whole, parse, table, printed, columns: columns.map(({ column }) => column) };
  try {
    const inTheWay = obstacle(where);
    return inTheWay === null ? drafts(shadowing) : { cannot: inTheWay };
  } catch (error) {
    if (error instanceof CannotRenew) return { cannot: error.message };
    throw error;
  }
}

interface Pair extends ShadowedColumn {
  readonly successor: string;
  /** How the old one is called while the exchange is only tried. */
  readonly aside: string;
  /** The new value, of the columns of the row `new`, and of the table's. */
  readonly inTrigger: string;
  readonly inTable: string;
  readonly behind: KeptBehind | null;
}

const relationKinds = [
  'table',
  'foreign table',
  'view',
  'materialized view',
  'sequence',
  'index',
  'constraint',
  'composite type',
];

function drafts(shadowing: Shadowing): readonly Draft[] {
  const { catalog, whole, major, parse, print, printed, objects, around } = shadowing;
  const table = [shadowing.table.schema ?? '', shadowing.table.name]
    .filter((part) => part !== '')
    .map(quoteIdentifier)
    .join('.');
  const alias = quoteIdentifier(shadowing.table.name);
  const names = freeNames(whole, relationKinds);
  const pairs = pairsOf(shadowing);
  const renames: Renames = new Map(pairs.map(({ column, successor }) => [column, successor]));
  const own = pairs.map((pair) => {
    const key = columnKey(catalog, printed, pair.column);
    return carried({
      ...pair,
      catalog,
      major,
      table,
      printed,
      names,
      own: catalog.objects.column?.[key] ?? {},
      columnKey: key,
    });
  });
  const parts = renewals({ catalog, parse, print, table, printed, renames, names });
  const trigger = keptEqual({ whole, table: shadowing.table, printed, quoted: table, pairs });
  const filled = filledProof(shadowing, table, pairs, names);
  const assigned = pairs.map(({ successor, inTable }) => `${quoteIdentifier(successor)} = ${inTable}`).join(', ');
  const pending = pairs.map(
    ({ successor, column, keepsNull }) =>
      `${alias}.${quoteIdentifier(successor)} IS NULL${keepsNull ? ` AND ${alias}.${quoteIdentifier(column)} IS NOT NULL` : ''}`,
  );
  const open = pending.length === 1 ? (pending[0] ?? '') : pending.map((one) => `(${one})`).join(' OR ');
  const behind = pairs.flatMap((pair) => pair.behind ?? []);
  const resolves = behind.length === 0 ? [] : resolvedByKeeping;
  const quiet = quietTriggers({ catalog, whole, parse, print, table, printed });
  const update = `UPDATE ${table} SET ${assigned}${quiet.from}`;
  return [
    {
      stage: 'transaction',
      steps: [
        ...pairs.map(({ successor, type, collation }) => ({
          sql: `ALTER TABLE ${table} ADD COLUMN ${quoteIdentifier(successor)} ${type}${collation === null ? '' : ` ${collation}`}`,
          does: 'add a column of the new type',
        })),
        ...own.flatMap(({ first }) => first),
        ...trial(shadowing, table, pairs),
        { sql: `EXPLAIN ${update}`, does: 'see that PostgreSQL can make the new values of the old ones' },
        ...trigger.make,
        ...quiet.first,
      ],
      commits: true,
    },
    {
      stage: 'backfill',
      steps: [{ sql: `${update} WHERE ${rangeMark} AND (${open})`, does: 'fill the new column, some rows at a time' }],
      batch: { table, alias, key: shadowing.key },
    },
    ...filled.build,
    ...own.flatMap(({ build }) => build),
    ...parts.flatMap(({ build }) => build),
    {
      stage: 'transaction',
      steps: [
        {
          sql: `ANALYZE ${table} (${pairs.map(({ successor }) => quoteIdentifier(successor)).join(', ')})`,
          does: 'let the planner know the new column',
        },
      ],
      alone: true,
    },
    exchanged(around, {
      stage: 'transaction',
      steps: [
        ...(behind.length === 0 ? trigger.drop : []),
        ...parts.toReversed().flatMap(({ drop }) => drop),
        ...filled.drop,
        ...own.flatMap(({ drop }) => drop),
        ...pairs.flatMap((pair) => pair.behind?.exchange(pair.successor) ?? exchange(table, pair)),
        ...(behind.length === 0
          ? []
          : [
              trigger.instead(
                behind.flatMap(({ forgets }) => forgets),
                'forget the old value of a row whose new one is written',
              ),
            ]),
        ...own.flatMap(({ finish }) => finish),
        ...quiet.finish,
        ...parts.flatMap(({ finish }) => finish),
      ],
      movesToEnd: objects,
      ...(behind.length === 0 ? {} : { commits: true }),
      resolves,
    }),
    ...behind.flatMap(({ carries }) => carries),
    ...(behind.length === 0
      ? []
      : [{ stage: 'transaction', steps: [...trigger.drop, ...behind.map(({ drop }) => drop)], resolves } as const]),
  ];
}

/** A view that groups by the primary key can only be made when that is there again. */
function trial({ around, catalog, printed }: Shadowing, table: string, pairs: readonly Pair[]): readonly DraftStep[] {
  if (around === null) return [];
  const groups = around.users.some(({ own }) => String(own.definition).includes('GROUP BY'));
  const key = partsOfTable(catalog, 'constraint', printed).find(([, { definition }]) =>
    String(definition).startsWith('PRIMARY KEY'),
  );
  const isKey = pairs.some(({ column }) => String(key?.[1].definition).includes(column));
  if (groups && isKey) return [];
  const renames = pairs.flatMap(({ column, aside, successor }) =>
    [
      [column, aside],
      [successor, column],
    ].map(
      ([from = '', to = '']) => `ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`,
    ),
  );
  return [triedFirst(around, renames, table)];
}

function exchanged(around: Around | null, draft: Draft): Draft {
  return around === null ? draft : withMadeAgain(draft, around);
}

function exchange(table: string, { column, successor }: Pair): readonly DraftStep[] {
  return [
    { sql: `ALTER TABLE ${table} DROP COLUMN ${quoteIdentifier(column)}`, does: 'drop the old column' },
    {
      sql: `ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(successor)} TO ${quoteIdentifier(column)}`,
      does: 'give the new column its name',
    },
  ];
}

function pairsOf({ catalog, printed, print, columns, table, also }: Shadowing): readonly Pair[] {
  const mine = partsOfTable(catalog, 'column', printed).map(([name]) => name);
  const free = freeNames(
    { ...catalog, objects: { column: Object.fromEntries(mine.map((name) => [name, {}])) } },
    ['column'],
    also,
  );
  return columns.map((one) => {
    const expression: SyntaxNode = one.using ?? { ColumnRef: { fields: [{ String: { sval: one.column } }] } };
    const written = (qualifier: string) => {
      const sql = print(withColumns(expression, new Map(), qualifier));
      if (sql === null) throw new CannotRenew('PostgreSQL’s printer cannot write what stands behind USING.');
      return sql;
    };
    const successor = free(`roadbook_${one.column}`);
    const aside = free(`roadbook_was_${one.column}`);
    const { keeps } = one;
    const mayBeNull = catalog.objects.column?.[columnKey(catalog, printed, one.column)]?.['not null'] !== true;
    const mark = keeps !== null && !keeps.keepsNull && mayBeNull ? free(`roadbook_since_${one.column}`) : null;
    return {
      ...one,
      successor,
      aside,
      inTrigger: written('new'),
      inTable: written(table.name),
      behind: keeps === null ? null : keptBehind({ ...keeps, aside }, mark),
    };
  });
}

/** Before the old column goes: no row is without its new value that should have one. */
function filledProof({ catalog, printed }: Shadowing, table: string, pairs: readonly Pair[], names: FreeNames) {
  const open = pairs.filter(
    ({ column, losesNotNull }) =>
      losesNotNull || catalog.objects.column?.[columnKey(catalog, printed, column)]?.['not null'] !== true,
  );
  if (open.length === 0) return { build: [], drop: [] };
  const name = quoteIdentifier(names('roadbook_filled'));
  const conditions = open.map(
    ({ successor, column, inTable, keepsNull }) =>
      `(${quoteIdentifier(successor)} IS NOT NULL OR (${keepsNull ? quoteIdentifier(column) : inTable}) IS NULL)`,
  );
  const build: readonly Draft[] = [
    {
      stage: 'transaction',
      steps: [
        {
          sql: `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${conditions.join(' AND ')}) NOT VALID`,
          does: 'say that no value may be lost',
        },
      ],
      commits: true,
    },
    {
      stage: 'transaction',
      steps: [
        {
          sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`,
          does: 'prove it by reading all rows while they are written',
        },
      ],
      alone: true,
    },
  ];
  return { build, drop: [{ sql: `ALTER TABLE ${table} DROP CONSTRAINT ${name}`, does: 'drop the proof' }] };
}
