// Which values does a column of a generated row get?
import type { RowColumn } from './row-tables.ts';

/** wild: NULLs, extremes, empty and strange strings; tame: what an application would write. */
export type Manner = 'wild' | 'tame';

/** The text of a value, or null: always the same for the same column, row and attempt. */
export function valueFor(column: RowColumn, row: number, manner: Manner, attempt = 0): string | null {
  const { unique, notNull, literals, name } = column;
  const place = mixed(name, row, attempt);
  if (!notNull && (manner === 'wild' ? place % 5 === 3 : false)) return null;
  if (literals.length > 0 && ofCheck(unique, attempt, manner === 'tame' || place % 3 !== 0))
    return literals[(row + attempt) % literals.length] ?? null;
  if (unique) return distinct(column, row) ?? plain(column, row);
  const extremes = manner === 'wild' ? extremesOf(column) : [];
  // Every third one is an extreme.
  if (extremes.length > 0 && place % 3 === 1) return extremes[Math.floor(place / 3) % extremes.length] ?? null;
  return plain(column, row);
}

/** A number that looks like chance and is none. */
function mixed(name: string, row: number, attempt: number): number {
  let sum = row * 7919 + attempt * 104_729;
  for (const character of name) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return (sum ^ (sum >>> 13)) >>> 1;
}

/** What a check names may be the only values, or no value at all: a row is tried with and without. */
function ofCheck(unique: boolean, attempt: number, wanted: boolean): boolean {
  return unique ? attempt % 2 === 1 : attempt !== 4 && wanted;
}

const words = ['alpha', 'Beta', 'gamma delta', 'Ünïcödé', '東京', "O'Brien", 'a_b%c', '🙂 smile'];

function plain(column: RowColumn, row: number): string | null {
  const { base, sort, labels } = column;
  if (sort === 'e') return labels[row % Math.max(1, labels.length)] ?? null;
  if (sort === 'r' || sort === 'm') return sort === 'm' ? '{}' : 'empty';
  if (sort === 'c') return null;
  if (base.startsWith('_')) return row % 4 === 0 ? '{}' : arrayOf(column, row);
  if (isText(base)) return fitted(textFor(column, row), column);
  return distinct(column, row) ?? (numbers.has(base) ? `${row}` : null);
}

/** What is unique in one table is not in another one either: it may be brought there. */
function textFor({ name, table, unique }: RowColumn, row: number): string {
  const place = table.replace(/^.*\.|[^a-z]/gi, '').toLowerCase() || 'table';
  if (/e?mail/i.test(name)) return `person${row}@${place}.example.com`;
  if (/url|link|website/i.test(name)) return `https://example.com/${row}`;
  if (/phone|mobile/i.test(name)) return `+4930123${1000 + row}`;
  return `${words[row % words.length]} ${unique ? `${place} ` : ''}${row}`;
}

function arrayOf(column: RowColumn, row: number): string {
  const element = plain({ ...column, base: column.base.slice(1) }, row);
  return element === null ? '{}' : `{"${element.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"}`;
}

const numbers = new Set(['int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'oid', 'money']);

function isText(base: string): boolean {
  return ['text', 'varchar', 'bpchar', 'citext', 'name'].includes(base);
}

/** Each row another one; null where we know none. */
function distinct(column: RowColumn, row: number): string | null {
  const { base, sort, labels, modifier } = column;
  const two = String(row % 100).padStart(2, '0');
  if (sort === 'e') return labels[row] ?? null;
  if (isText(base)) return fitted(textFor(column, row), column);
  switch (base) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'float4':
    case 'float8':
    case 'oid':
    case 'money':
      return `${row + 1}`;
    case 'numeric':
      return numericOf(row + 1, modifier);
    case 'bool':
      return row % 2 === 0 ? 'true' : 'false';
    case 'uuid':
      return `00000000-0000-4000-8000-${String(row + 1).padStart(12, '0')}`;
    case 'date':
      return `2024-0${1 + (row % 9)}-${String(1 + (row % 28)).padStart(2, '0')}`;
    case 'timestamp':
    case 'timestamptz':
      return `2024-0${1 + (row % 9)}-${String(1 + (row % 28)).padStart(2, '0')} 12:${String(row % 60).padStart(2, '0')}:00${base === 'timestamptz' ? '+00' : ''}`;
    case 'time':
    case 'timetz':
      return `12:${String(row % 60).padStart(2, '0')}:00${base === 'timetz' ? '+00' : ''}`;
    case 'interval':
      return `${row} hours`;
    case 'json':
    case 'jsonb':
      return `{"row": ${row}, "name": "${words[row % 4]}"}`;
    case 'bytea':
      return `\\x${row.toString(16).padStart(4, '0')}`;
    case 'inet':
    case 'cidr':
      return `10.0.${row % 200}.0${base === 'cidr' ? '/24' : ''}`;
    case 'macaddr':
      return `08:00:2b:00:00:${two}`;
    case 'xml':
      return `<row>${row}</row>`;
    case 'tsvector':
      return `'row':${1 + row}`;
    case 'tsquery':
      return `row`;
    case 'point':
      return `(${row},${row})`;
    case 'bit':
    case 'varbit':
      return (row % 2 === 0 ? '0' : '1').repeat(modifier > 0 ? modifier : 1);
    case 'char':
      return String.fromCharCode(97 + (row % 26));
    case 'hstore':
      return `"row"=>"${row}"`;
    default:
      return null;
  }
}

/** The modifier of numeric holds precision and scale, behind four. */
function numericOf(value: number, modifier: number): string {
  if (modifier < 4) return `${value}.5`;
  const [precision, scale] = [((modifier - 4) >> 16) & 0xffff, (modifier - 4) & 0x7ff];
  const most = 10 ** Math.min(9, Math.max(0, precision - scale));
  return `${precision > scale ? value % most : 0}${scale > 0 ? `.${'5'.padEnd(scale, '0').slice(0, scale)}` : ''}`;
}

/** varchar(n) and char(n) hold n in their modifier, behind four. */
function fitted(text: string, { modifier, base, unique }: RowColumn): string {
  if (modifier < 4 || !['varchar', 'bpchar'].includes(base)) return text;
  const characters = [...text];
  const most = modifier - 4;
  if (characters.length <= most) return text;
  return (unique ? characters.slice(-most) : characters.slice(0, most)).join('').trim() || 'x'.repeat(most);
}

function extremesOf(column: RowColumn): readonly string[] {
  const { base, modifier } = column;
  if (base.startsWith('_')) return ['{}', '{NULL}'];
  if (isText(base)) {
    const longest = modifier >= 4 && base !== 'text' ? modifier - 4 : 500;
    return ['', ' ', 'é'.repeat(Math.min(longest, 500)), 'NULL', 'it\'s "quoted" \\ back', '0', 'line\nbreak\ttab'].map(
      (text) => fitted(text, { ...column, unique: false }),
    );
  }
  switch (base) {
    case 'int2':
      return ['0', '-32768', '32767'];
    case 'int4':
      return ['0', '-2147483648', '2147483647'];
    case 'int8':
      return ['0', '-9223372036854775808', '9223372036854775807'];
    case 'float4':
    case 'float8':
      return ['0', '-0.5', 'NaN', 'Infinity', '1e30'];
    case 'numeric':
      return modifier < 4
        ? ['0', '-1.000000000000000001', '99999999999999999999.5', 'NaN']
        : ['0', `-${numericOf(1, modifier)}`];
    case 'date':
      return ['0001-01-01', '9999-12-31', '2024-02-29'];
    case 'timestamp':
    case 'timestamptz':
      return ['0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '2024-02-29 00:00:00'];
    case 'interval':
      return ['-1 year', '0', '178000 years'];
    case 'json':
    case 'jsonb':
      return ['null', '{}', '[]', '"text"', '{"ключ": ["ä", null, 1.5]}'];
    case 'bytea':
      return ['', '\\x00ff'];
    default:
      return [];
  }
}
