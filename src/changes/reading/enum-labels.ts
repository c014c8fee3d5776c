// Which labels has the enum that a type, a cast or a column names?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts } from '../../model/facts.ts';
import type { TypeName } from '../../sql/syntax.ts';
import { isNew, printName } from '../name.ts';
import type { Way } from '../way.ts';
import { knownColumn } from './altered-column.ts';
import { nameOfKey } from './key.ts';
import { readType } from './type-name.ts';

export interface Enum {
  readonly type: Name;
  /** `public.mood`. */
  readonly printed: string;
  readonly labels: readonly string[];
  /** An array of it. */
  readonly isArray: boolean;
  /** Made by this migration. */
  readonly isNew: boolean;
}

/** Null where it is none, or where a pending statement before may have done anything to it. */
export function enumOf(printedType: string | null, facts: Facts, way: Pick<Way, 'touched'>): Enum | null {
  if (printedType === null || way.touched(anything)) return null;
  const isArray = printedType.endsWith('[]');
  const key = keyOfType(printedType);
  const base = entryOf(facts.domains, key)?.base;
  if (base !== undefined && base !== null && base !== printedType && !isArray) return enumOf(base, facts, way);
  const labels = entryOf(facts.enums, key);
  if (labels === undefined) return null;
  const type = nameOfKey(key);
  return { type, printed: printName(type), labels, isArray, isNew: facts.newTypes.includes(key) };
}

/** As `Facts` has it; of an array that of its elements. */
export function keyOfType(printed: string): string {
  return partsOfName(printed.replace(/(?:\[\])+$/, '')).join('.');
}

export function enumOfType(typeName: TypeName | undefined, facts: Facts, way: Pick<Way, 'touched'>): Enum | null {
  return typeName === undefined ? null : enumOf(readType(typeName, facts).text, facts, way);
}

/** A column that was there before the type was made anew under its name still has the old one. */
export function enumOfColumn(table: Name, column: string, facts: Facts, way: Pick<Way, 'touched'>): Enum | null {
  const known = knownColumn(table, column, facts);
  const found = enumOf(known?.type ?? null, facts, way);
  const isOld = !isNew(table, facts) && known?.isNew !== true;
  return found?.isNew === true && isOld ? null : found;
}

/** Locks `*`: nobody knows what it does. */
const anything: Name = { schema: null, name: '*' };

/** `'CREATE', 'UPDATE' and 12 more`. */
export function labelList(labels: readonly string[]): string {
  const most = 12;
  const shown = labels.slice(0, most).map((label) => `'${label}'`);
  const left = labels.length - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ');
}
