// How is a statement that changes rows carried out, so that they are kept as they were before?

import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { qualifiedName } from '../../model/facts.ts';
import type { Draft } from '../../recipes/draft.ts';
import { keepRows } from '../../recipes/keep-rows.ts';
import { isNew, printName, relationFacts } from '../name.ts';
import type { Planned, Way } from '../way.ts';
import { isNewColumn } from './altered-column.ts';
import { deleteEffects, hasChildren } from './foreign-key-effects.ts';
import { insertRun } from './insert-run.ts';
import { isReferredKey, tablesReferring } from './row-locks.ts';
import { type RowsChanged, rowsChanged } from './rows-changed.ts';
import { worthCare } from './size.ts';

export interface RowsKept {
  /** How it is carried out but for that. */
  readonly planned: Planned;
  /** For people: `change rows of public.users`. */
  readonly does: string;
  /** Dangers that are none where the rows are kept. */
  readonly resolves?: readonly string[];
}

/** Nothing is kept of tables that are new, where the user says so, or where the rows table would be sent to subscribers. */
export function rowsKept({ planned, does, resolves = [] }: RowsKept, facts: Facts, way: Way): Planned {
  if (way.options.park === 'none') return planned;
  const [whole] = way.clause.inside === true ? way.parse(way.clause.text) : [way.clause.node];
  const changed =
    whole === undefined
      ? []
      : rowsChanged(whole, facts).filter((one) => mayKeep(one.name, facts) && !fillsOnly(one, facts, way));
  if (changed.length === 0) return planned;
  if (publishesAll(way))
    return isDrafts(planned)
      ? planned.map((draft) => ({ ...draft, lasts: wouldBeSent }))
      : (planned ?? { cannot: wouldBeSent });
  const written: Draft = { stage: 'transaction', steps: [{ sql: way.clause.text, does }] };
  const inOne = way.inOne || way.together;
  const drafts = isDrafts(planned) && !inOne ? planned : [withReason(written, planned, way)];
  const run = insertRun(way, facts);
  const kept = keepRows(
    {
      targets: changed,
      migration: way.migration,
      run,
      relations: [...new Set(changed.flatMap((one) => relationsOf(one, facts)))],
      what: [...new Set(changed.map(({ table }) => `rows of ${table}`))].join(', '),
      together: inOne || !changed.some((one) => isLarge(one, facts)),
      resolves,
    },
    drafts,
  );
  return planned === 'binds' ? kept.map((draft) => ({ ...draft, binds: true })) : kept;
}

/** Only columns that the migration itself has added get values: they go with them. A trigger may change others besides. */
function fillsOnly({ name, updates, inserts, deletes }: RowsChanged, facts: Facts, way: Way): boolean {
  if (updates === null || inserts || deletes || !updates.every((column) => isNewColumn(name, column, facts)))
    return false;
  const table = printName(name);
  const there = Object.values(way.catalog.objects.trigger ?? {}).some(
    ({ on, definition }) => on === `table ${table}` && / BEFORE .*UPDATE/.test(String(definition)),
  );
  return !there && ![...way.before, ...way.pending()].some(({ kind }) => kind === 'create-trigger');
}

export const wouldBeSent =
  'A publication sends all tables, so it would send the one that keeps the rows as they were to subscribers, which do not know it: they are not kept. If they need not be, say so with `-- roadbook:option park=none`.';

export function publishesAll({ catalog }: Way): boolean {
  return Object.values(catalog.objects.publication ?? {}).some((one) => one['all tables'] === true);
}

function isDrafts(planned: Planned): planned is readonly Draft[] {
  return Array.isArray(planned);
}

/** Rows that could have been taken some at a time, but for what stands around the statement. */
const keptWithin =
  'Something that was taken away before it is there again only after it: nobody may see the database in between.';

function withReason(written: Draft, planned: Planned, { inOne }: Way): Draft {
  if (isDrafts(planned)) return inOne ? written : { ...written, blocks: keptWithin };
  return planned !== null && typeof planned === 'object' && 'cannot' in planned
    ? { ...written, blocks: planned.cannot }
    : written;
}

export function mayKeep(name: Name, facts: Facts): boolean {
  const known = relationFacts(name, facts);
  if (isNew(name, facts) || name.schema === 'pg_temp' || known?.kind === 'foreign-table') return false;
  return name.schema !== 'roadbook' && name.schema !== 'roadbook_parked';
}

function isLarge(one: RowsChanged, facts: Facts): boolean {
  return [one.name, ...byForeignKeys(one, facts)].some((name) =>
    typeof name === 'string' ? isLargeKey(name, facts) : worthCare(name, facts),
  );
}

function isLargeKey(key: string, facts: Facts): boolean {
  const [schema = '', ...rest] = key.split('.');
  return worthCare({ schema, name: rest.join('.') }, facts);
}

/** Those that get a trigger: it, and those whose rows foreign keys change with its own. A view stands for tables that its text tells. */
function relationsOf(one: RowsChanged, facts: Facts): readonly string[] {
  const known = relationFacts(one.name, facts);
  if (known?.kind === 'view' || known === undefined) return ['*'];
  return [printName(one.name), ...byForeignKeys(one, facts)];
}

function byForeignKeys({ name, updates, deletes }: RowsChanged, facts: Facts): readonly string[] {
  const parted = relationFacts(name, facts)?.kind === 'partitioned-table' || hasChildren(name, facts);
  const changed = deletes || (updates !== null && parted) ? [...deleteEffects(name, facts).changed] : [];
  const referring =
    updates !== null && isReferredKey(name, updates, facts) ? tablesReferring([qualifiedName(name)], facts) : [];
  return [...new Set([...changed, ...referring])].filter(
    (key) => key !== qualifiedName(name) && facts.relations[key]?.isNew !== true,
  );
}

/** Why `undo` cannot take back what is done to rows of a table where nothing is kept; null: there was nothing. */
export function notKept(table: Name, facts: Facts): string | null {
  if (isNew(table, facts) || table.schema === 'pg_temp') return null;
  return relationFacts(table, facts)?.kind === 'foreign-table'
    ? `${printName(table)} is a foreign table: its rows are elsewhere, and are not kept as they were.`
    : `The rows of ${printName(table)} are not kept as they were.`;
}
