// Which changes of a column's type leave the table as it is, and which write every row anew?
import type { DomainFacts } from '../../model/facts.ts';

export interface Conversion {
  /** `by-zone`: only where the session's time zone is UTC, no row is written. */
  readonly rewrite: 'no' | 'yes' | 'by-zone';
  /** Whether an index on the column is built anew although the table is not. */
  readonly rebuildsIndex: boolean;
}

/** A type as PostgreSQL prints it, taken apart: `numeric(10,2)[]`. */
export interface TypeParts {
  /** Without modifiers, `[]` and schema: `numeric`, `timestamp without time zone`, `citext`. */
  readonly name: string;
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

export function typeParts(text: string): TypeParts {
  const array = text.endsWith('[]');
  const element = array ? text.slice(0, -2) : text;
  const modifiers = (/\(([\d, -]+)\)/.exec(element)?.[1] ?? '').split(',').filter((part) => part !== '');
  const name = element.replace(/\([^)]*\)/, '').trim();
  return { name: name.endsWith('.citext') ? 'citext' : name, modifiers: modifiers.map(Number), array };
}

const none: Conversion = { rewrite: 'no', rebuildsIndex: false };
const index: Conversion = { rewrite: 'no', rebuildsIndex: true };
const all: Conversion = { rewrite: 'yes', rebuildsIndex: true };

/** The same bytes under another name; an index keeps its order where the second member says so. */
const alike: Readonly<Record<string, Conversion>> = {
  'character varying → text': none,
  'text → character varying': none,
  'text → citext': index,
  'character varying → citext': index,
  'citext → text': index,
  'citext → character varying': index,
  'cidr → inet': none,
  'xml → text': none,
  'xml → character varying': none,
  'bit → bit varying': index,
  'integer → oid': index,
  'oid → integer': index,
  'integer → regclass': index,
  'regclass → integer': index,
  'oid → regclass': none,
  'regclass → oid': none,
  'timestamp without time zone → timestamp with time zone': { rewrite: 'by-zone', rebuildsIndex: true },
  'timestamp with time zone → timestamp without time zone': { rewrite: 'by-zone', rebuildsIndex: true },
};

/** How the modifiers of one type may grow without a row being looked at. */
const grows: Readonly<Record<string, (from: readonly number[], to: readonly number[]) => boolean>> = {
  'character varying': ([from], [to]) => to === undefined || (from !== undefined && from <= to),
  'bit varying': ([from], [to]) => to === undefined || (from !== undefined && from <= to),
  numeric: ([from, scale], [to, other]) =>
    to === undefined || (from !== undefined && from <= to && (scale ?? 0) === (other ?? 0)),
  'timestamp without time zone': digits,
  'timestamp with time zone': digits,
  'time without time zone': digits,
  'time with time zone': digits,
};

/** Six digits of a second are all there are. */
function digits([from = 6]: readonly number[], [to = 6]: readonly number[]): boolean {
  return from <= to;
}

/**
 * Between two types as format_type() prints them, without USING or with a mere cast; the same on PostgreSQL 14 to 18.
 * A domain stands for the type under it; where it has a CHECK, each value that comes into it is written anew.
 */
export function conversion(from: string, to: string, domains: Readonly<Record<string, DomainFacts>> = {}): Conversion {
  if (from === to) return none;
  const target = domains[to];
  if (target?.constrained === true) return all;
  // The modifiers of a domain's base are not seen from outside: to varchar(10), a domain over it is any varchar.
  const under = domains[from]?.base ?? null;
  if (under !== null && under === target?.base) return none;
  const source = under === null ? typeParts(from) : { ...typeParts(under), modifiers: [] };
  return between(source, typeParts(target?.base ?? to));
}

function between(from: TypeParts, to: TypeParts): Conversion {
  // Elements of an array are taken as they are only where they lose a limit.
  if (from.array || to.array) {
    const losesLimit = from.array && to.array && from.name === 'character varying' && to.modifiers.length === 0;
    return losesLimit && to.name === from.name ? none : all;
  }
  if (from.name.startsWith('interval')) return intervals(from, to);
  if (from.name === to.name) {
    const same = from.modifiers.join() === to.modifiers.join();
    return same || grows[from.name]?.(from.modifiers, to.modifiers) === true ? none : all;
  }
  const found = alike[`${from.name} → ${to.name}`];
  return found !== undefined && fits(to) ? found : all;
}

/** What changes its name is not measured against a limit, so the new one must have none. */
function fits({ name, modifiers: [digits] }: TypeParts): boolean {
  return digits === undefined || (name.startsWith('timestamp') && digits === 6);
}

/** Seconds are the last field there is, so an interval that keeps them keeps everything; of years and months no digits are lost. */
function intervals(from: TypeParts, to: TypeParts): Conversion {
  if (to.name !== 'interval' && to.name !== 'interval day to second') return all;
  return from.name === 'interval year to month' || digits(from.modifiers, to.modifiers) ? none : all;
}
