// How do lists read: columns of equal width, and only the end of a long one?
import { cut, padEnd, printable, widthOf } from './width.ts';

/** Cells in columns as wide as their widest cell, two spaces between; cells may be coloured. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  }
  return rows.map((row) =>
    `${indent}${row.map((cell, index) => padEnd(cell, widths[index] ?? 0)).join('  ')}`.trimEnd(),
  );
}

/** The last ones of a list that is too long to read, and how many stand before them. */
export function ending<Item>(
  items: readonly Item[],
  most: number,
): { readonly hidden: number; readonly shown: readonly Item[] } {
  if (items.length <= most + 1) return { hidden: 0, shown: items };
  return { hidden: items.length - most, shown: items.slice(-most) };
}

/** Rows of evidence as a small table when they have the same columns, else one line each. */
export function evidenceLines(rows: readonly unknown[], width: number, indent: string): readonly string[] {
  const records = rows.flatMap((row) => (isRecord(row) ? [row] : []));
  const room = Math.max(width - indent.length, 20);
  const names = Object.keys(records[0] ?? {});
  if (names.length === 0 || records.length !== rows.length)
    return rows.map((row) => `${indent}${cut(oneLine(row), room)}`);
  const table = [
    names.map((name) => printable(name)),
    ...records.map((record) => names.map((name) => oneLine(record[name]))),
  ];
  const widest = names.map((_, index) => Math.max(...table.map((row) => widthOf(row[index] ?? ''))));
  const fits = (most: number) => widest.reduce((sum, width) => sum + Math.min(width, most) + 2, -2) <= room;
  const cell = cellWidths.find(fits) ?? 8;
  const [head = [], ...body] = table.map((row) => row.map((text) => cut(text, cell)));
  const rule = widest.map((width) => '-'.repeat(Math.min(width, cell)));
  return columns([head, rule, ...body], indent).map((line) => cut(line, width));
}

/** The widest a cell may be: as wide as leaves room for all columns. */
const cellWidths = [60, 48, 40, 32, 24, 20, 16, 12, 10, 8];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function oneLine(value: unknown): string {
  if (typeof value === 'string') return printable(value).replaceAll('\n', '\\n');
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return String(value);
  return printable(JSON.stringify(value) ?? 'null');
}
