// What is called otherwise than it was, and is what has been parked to come back under which name?
import { type Catalog, partsOfName } from '../database/catalog/index.ts';
import { type Before, propertiesIn } from '../definitions/before.ts';
import { keyOf } from '../definitions/define.ts';
import { elementOf } from '../definitions/stored.ts';
import { type Renames, splitKey, wholeName } from '../definitions/under-names.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { Kept, KeptTable, KeptUsed } from './kept.ts';
import { inTheWay } from './out-of-the-way.ts';
import { canBeRenamed } from './rename-back.ts';

/** By the key as it is: the key as it was. */
export function renamesOf(live: Catalog, before: Before, kept: readonly Kept[]): Renames {
  const found = namesBefore(live, before, kept);
  for (const key of inTheWay(live, found)) {
    const [kind, name] = splitKey(key);
    // Columns are of it until they are led to the one that comes back.
    if (isType.test(kind) || isTypeOfColumns(kind, name, live)) found.set(key, keyOf(kind, setAside(name, live)));
  }
  return found;
}

const isType = /^(enum|domain|composite type|range type|collation|schema)$/;

/** Rows of a table can be values of a column. */
function isTypeOfColumns(kind: string, name: string, { objects }: Catalog): boolean {
  return kind === 'table' && Object.values(objects.column ?? {}).some(({ type }) => elementOf(String(type)) === name);
}

function setAside(name: string, live: Catalog): string {
  const [own = ''] = partsOfName(name).slice(-1);
  const whole = wholeName(name);
  for (let number = 1; ; number += 1) {
    const last = quoteIdentifier(`${[...own].slice(0, 40).join('')}_since${number}`);
    const other = whole === '' ? last : `${whole}.${last}`;
    if (!Object.values(live.objects).some((named) => Object.hasOwn(named, other))) return other;
  }
}

function namesBefore(live: Catalog, before: Before, kept: readonly Kept[]): Map<string, string> {
  const found = new Map<string, string>();
  const back = new Set(
    kept.flatMap((one) => (one.sort === 'table' ? [keyOf('table', tableBefore(one.table, before))] : [])),
  );
  for (const [was, is] of before.renamed) {
    const [kind, name] = splitKey(is);
    const isLabel = kind === 'label';
    if (!canBeRenamed(kind) || (!isLabel && propertiesIn(live, kind, name) === undefined) || back.has(was)) continue;
    if (isLabel && !hasLabel(live, name)) continue;
    if (kind === 'index' && !isOfSameSort(live, name, before, was)) continue;
    found.set(is, was);
  }
  for (const one of kept) {
    if (one.sort === 'table') tableBack(one, live, before, found);
    if (one.sort === 'used') usedBack(one, live, before, found);
  }
  return found;
}

/** An index that was given to a constraint has its name from then on, and no statement takes it back. */
function isOfSameSort(live: Catalog, name: string, before: Before, was: string): boolean {
  const there = String(propertiesIn(live, 'index', name)?.on ?? '');
  const then = String(before.was.index?.[splitKey(was)[1]]?.on ?? '');
  return then === '' || splitKey(there)[0] === splitKey(then)[0];
}

/** As it was called before, where it was renamed before it was parked. */
export function tableBefore(table: string, { was, renamed }: Before): string {
  if (was.table?.[table] !== undefined) return table;
  return splitKey(renamed.find(([, is]) => is === keyOf('table', table))?.[0] ?? keyOf('table', table))[1];
}

function tableBack(one: KeptTable, live: Catalog, before: Before, found: Map<string, string>): void {
  const table = byIdentity(one, live, before) ?? tableBefore(one.table, before);
  found.set(keyOf(one.kind, one.name), keyOf(one.kind, table));
  for (const [parked, was] of Object.entries(one.names)) {
    const [, kind = '', name = ''] = /^(index|sequence|statistics) (.*)$/s.exec(was) ?? [];
    const now = `roadbook_parked.${quoteIdentifier(parked)}`;
    if (kind === '' || propertiesIn(live, kind, now) === undefined) continue;
    found.set(keyOf(kind, now), was);
    // The constraint of an index has its name.
    const on = String(propertiesIn(live, kind, now)?.on ?? '');
    if (kind === 'index' && on.startsWith('constraint '))
      found.set(on, keyOf('constraint', `${table}.${quoteIdentifier(partsOfName(name).at(-1) ?? name)}`));
  }
}

/** The same table, whatever it was called in the course of the migration. */
function byIdentity(one: KeptTable, live: Catalog, { identities }: Before): string | null {
  const identity = live.identities?.[keyOf(one.kind, one.name)];
  const key = Object.keys(identities).find((was) => was.startsWith('table ') && identities[was] === identity);
  return identity === undefined || key === undefined ? null : splitKey(key)[1];
}

function usedBack({ kind, name, was }: KeptUsed, live: Catalog, before: Before, found: Map<string, string>): void {
  if (before.was[kind]?.[was] === undefined) return;
  found.set(keyOf(kind, name), keyOf(kind, was));
  if (kind === 'range type') rangeBack(name, was, live, before, found);
}

/** A range has its multirange, and functions that make values of both. */
function rangeBack(name: string, was: string, live: Catalog, before: Before, found: Map<string, string>): void {
  const many = String(propertiesIn(live, 'range type', name)?.['range and multirange'] ?? '');
  const manyWas = String(before.was['range type']?.[was]?.['range and multirange'] ?? '');
  found.set(keyOf('multirange type', many), keyOf('multirange type', manyWas));
  const wholes = new Set([keyOf('range type', name), keyOf('multirange type', many)]);
  const schema = `${wholeName(was)}.`;
  for (const [own, { on }] of Object.entries(live.objects.function ?? {})) {
    if (!wholes.has(String(on))) continue;
    const then = own
      .replaceAll(name, was)
      .replaceAll(many, manyWas)
      .replace(/^roadbook_parked\./, schema);
    found.set(keyOf('function', own), keyOf('function', then));
  }
}

function hasLabel(live: Catalog, name: string): boolean {
  const labels = propertiesIn(live, 'enum', wholeName(name))?.labels;
  return Array.isArray(labels) && labels.includes(partsOfName(name).at(-1) ?? name);
}
