// Is what the catalog says of a column, and of what hangs on it, still so after the pending statements before a change of its type?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Change, Name } from '../../model/change.ts';
import { entryOf, type Facts, qualifiedName } from '../../model/facts.ts';
import { columnKey } from '../../recipes/shadow-obstacles.ts';
import { printName, relationFacts } from '../name.ts';
import type { Cannot, Way } from '../way.ts';
import { columnObject } from './altered-column.ts';
import { bounded, harmless } from './bounded-changes.ts';
import { nameOfKey } from './key.ts';
import { type NamedIn, namedIn } from './named-in.ts';

export interface WatchedColumns {
  readonly table: Name;
  /** As the catalog writes it. */
  readonly printed: string;
  /** Not quoted. */
  readonly columns: readonly string[];
  /** Whose type changes; what its statement says before it is meant to be so. */
  readonly change: Change;
  /** What is dropped before and waits for the exchange. */
  readonly drops: readonly Change[];
}

const takesRowType: ReadonlySet<string> = new Set(['create-table', 'add-column', 'create-domain', 'create-composite']);

/** Of what a definition may call. */
const renames: ReadonlySet<string> = new Set(['rename-function', 'rename-object', 'set-schema']);

const routines = ['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE'];

/** Null: it is. */
export function outOfDate(watched: WatchedColumns, facts: Facts, way: Way): Cannot | null {
  const { table, change, drops } = watched;
  const parts = partsOf(watched, way);
  const relations = [...new Set([qualifiedName(table), ...acrossKeys(watched, facts), ...parts.tables])].map((key) => ({
    name: nameOfKey(key),
    touching: new Set(way.touchedBy(nameOfKey(key))),
  }));
  const isMeant = (one: Change) =>
    drops.includes(one) || harmless.has(one.kind) || (one.statement === change.statement && way.before.includes(one));
  const found = way.pending().flatMap((one) => {
    if (isMeant(one)) return [];
    const node = way.treeOf(one);
    const named = node === null ? null : namedIn(node);
    const on = relations.filter(({ touching }) => touching.has(one)).map(({ name }) => name);
    const leaves =
      on.length > 0
        ? on.every((name) => leavesAlone(one, named, name, { watched, parts, facts }))
        : named === null || !reaches(one, named, watched, parts);
    return leaves ? [] : [{ one, name: on[0] ?? table }];
  });
  // Only what the migration does itself is still before it when its turn comes.
  const stays = found.find(({ one }) => way.before.includes(one));
  const first = stays ?? found[0];
  return first === undefined ? null : notKnown(first.one, first.name, way);
}

function notKnown(one: Change, name: Name, way: Way): Cannot {
  return {
    cannot: `A pending statement before it changes ${printName(name)} too (${one.kind}: ${one.object}), so what hangs on the column is not known yet: apply that first, or write this change in a migration of its own.`,
    ...(way.before.includes(one) ? {} : { later: true }),
  };
}

/** A table that was there before, which the catalog has under another name; null where it is made by what is pending. */
export function calledOtherwise(table: Name, way: Way): Cannot | null {
  const renamed = way
    .touchedBy(table)
    .find(({ kind }) => kind === 'rename-table' || kind === 'set-schema' || kind === 'rename-schema');
  return renamed === undefined ? null : notKnown(renamed, table, way);
}

/** By its text alone, where its locks are on none of the tables: a sequence or index by its name, a publication of all, a column of the row type. */
function reaches(one: Change, { words, types }: NamedIn, { table, columns }: WatchedColumns, parts: Parts): boolean {
  const isAllTables = 'allTables' in one && one.allTables === true;
  if (isAllTables || [...words].some((word) => /^PUBLICATIONOBJ_TABLES_IN/.test(word))) return true;
  if (takesRowType.has(one.kind) && types.has(table.name)) return true;
  if (one.kind === 'alter-default-privileges') return parts.hasSequence;
  if (one.kind === 'grant' || one.kind === 'revoke') {
    const isOn = words.has(table.name) || words.has('ACL_TARGET_ALL_IN_SCHEMA');
    // What is taken from all of a table is taken from its columns too.
    const takes = one.kind === 'revoke' && parts.hasPrivileges;
    if (isOn && (takes || columns.some((column) => words.has(column)))) return true;
  }
  if (renames.has(one.kind) && [...words].some((word) => parts.texts.some((text) => says(text, word)))) return true;
  // A trigger and its function often share a name.
  const isOther =
    one.kind.startsWith('create-') || one.kind.endsWith('-function') || routines.some((is) => words.has(is));
  return !isOther && [...parts.names].some((name) => words.has(name));
}

interface Known {
  readonly watched: WatchedColumns;
  readonly parts: Parts;
  readonly facts: Facts;
}

function leavesAlone(one: Change, named: NamedIn | null, on: Name, { watched, parts, facts }: Known): boolean {
  const { table, columns } = watched;
  // A change of type leaves definitions as they are, those of other tables' foreign keys too.
  if (one.kind === 'alter-column-type') return columns.every((column) => one.object !== columnObject(table, column));
  if (named === null || !bounded.has(one.kind)) return false;
  const { words, types, whole, references, isUnder } = named;
  if (words.has('DROP_CASCADE') || isUnder || types.has(table.name) || whole.has('*') || whole.has(table.name))
    return false;
  if (references.some(({ to, columns: to_ }) => to === table.name && meets(keyColumns(to_, table, facts), columns)))
    return false;
  if (one.kind === 'drop-column' && 'column' in one && parts.texts.some((text) => says(text, String(one.column))))
    return false;
  if ([...parts.names].some((name) => words.has(name))) return false;
  // Of other tables only the foreign keys between them matter.
  return qualifiedName(on) !== qualifiedName(table) || !columns.some((column) => words.has(column));
}

/** Null: nobody knows which. */
function meets(some: readonly string[] | null, columns: readonly string[]): boolean {
  return some === null || some.some((column) => columns.includes(column));
}

/** A foreign key that names no columns refers to the primary key. */
function keyColumns(columns: readonly string[], table: Name, facts: Facts): readonly string[] | null {
  if (columns.length > 0) return columns;
  const constraints = Object.values(relationFacts(table, facts)?.constraints ?? {});
  return constraints.find(({ kind }) => kind === 'primary-key')?.columns ?? null;
}

/** Tables across foreign keys of the columns, in both directions. */
function acrossKeys({ table, columns }: WatchedColumns, facts: Facts): readonly string[] {
  const key = qualifiedName(table);
  const there = Object.entries(facts.relations).flatMap(([other, { constraints }]) =>
    Object.values(constraints).some(
      ({ references }) => references?.table === key && meets(keyColumns(references.columns, table, facts), columns),
    )
      ? [other]
      : [],
  );
  const here = Object.values(entryOf(facts.relations, key)?.constraints ?? {}).flatMap(
    ({ references, columns: own }) => (references === undefined || !meets(own, columns) ? [] : [references.table]),
  );
  return [...there, ...here];
}

interface Parts {
  /** Without schema and table. */
  readonly names: ReadonlySet<string>;
  readonly texts: readonly string[];
  readonly hasSequence: boolean;
  /** Privileges of the columns alone. */
  readonly hasPrivileges: boolean;
  /** Whose foreign keys refer to the columns. */
  readonly tables: readonly string[];
}

/** What the exchange makes again as the catalog has it; each trigger of the table is, for a while, another one. */
function partsOf({ table, printed, columns }: WatchedColumns, { catalog }: Way): Parts {
  const on = `table ${printed}`;
  const keys = columns.map((column) => columnKey(catalog, printed, column));
  const all = ['index', 'constraint', 'trigger', 'policy', 'statistics', 'sequence'].flatMap((kind) =>
    Object.entries(catalog.objects[kind] ?? {}).map(([name, own]) => {
      const text = [own.definition, own.using, own.check].filter((each) => typeof each === 'string').join(' ');
      return { kind, name, own, text, isOwn: own.on === on };
    }),
  );
  const found = all.filter(({ kind, own, text, isOwn }) => {
    const owner = own['owner column'];
    if (kind === 'sequence') return keys.some((key) => owner === key || owner === `identity of ${key}`);
    const refers = kind === 'constraint' && text.includes(` REFERENCES ${printed}(`);
    return (isOwn && kind === 'trigger') || ((isOwn || refers) && columns.some((column) => says(text, column)));
  });
  const last = (name: string) => partsOfName(name).at(-1) ?? '';
  const tables = found.flatMap(({ own, kind }) =>
    kind === 'constraint' && own.on !== on && typeof own.on === 'string'
      ? [partsOfName(own.on.replace(/^(foreign )?table /, '')).join('.')]
      : [],
  );
  return {
    names: new Set(found.map(({ name }) => last(name)).filter((name) => name !== table.name)),
    texts: found.map(({ text }) => text),
    hasSequence: found.some(({ kind }) => kind === 'sequence'),
    hasPrivileges: keys.some((key) => catalog.objects.column?.[key]?.acl !== undefined),
    tables,
  };
}

/** Rather once too often. */
function says(text: string, word: string): boolean {
  const escaped = word.replaceAll('"', '""').replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`, 'u').test(text);
}
