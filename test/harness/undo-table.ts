// How many cases of each kind does the undo bring back exactly?
import type { UndoneCase } from './undo-case.ts';

const columns = ['exact', 'excused', 'announced', 'refused', 'wrong'] as const;
type Column = (typeof columns)[number];

export interface UndoTable {
  readonly note: (path: string, undone: UndoneCase & { readonly excused: boolean }) => void;
  /** Kinds that are all exact count together. */
  readonly print: () => string;
}

export function createUndoTable(): UndoTable {
  const kinds = new Map<string, Record<Column, number>>();
  const none = () => ({ exact: 0, excused: 0, announced: 0, refused: 0, wrong: 0 });
  const line = (name: string, counts: Record<Column, number>) =>
    `${name.padEnd(32)}${columns.map((column) => String(counts[column]).padStart(11)).join('')}\n`;
  return {
    note: (path, undone) => {
      const kind = path.split('/')[0] ?? path;
      const counts = kinds.get(kind) ?? none();
      counts[columnOf(undone)] += 1;
      kinds.set(kind, counts);
    },
    print: () => {
      const all = none();
      for (const counts of kinds.values()) for (const column of columns) all[column] += counts[column];
      const others = [...kinds].filter(([, counts]) =>
        columns.some((column) => column !== 'exact' && counts[column] > 0),
      );
      const head = `${''.padEnd(32)}${columns.map((column) => column.padStart(11)).join('')}\n`;
      return `${head}${others.map(([kind, counts]) => line(kind, counts)).join('')}${line(`all ${kinds.size} kinds`, all)}`;
    },
  };
}

function columnOf({ refused, wrong, cannot, excused }: UndoneCase & { readonly excused: boolean }): Column {
  if (refused !== null) return 'refused';
  if (wrong.length === 0) return excused ? 'excused' : 'exact';
  return cannot.length > 0 ? 'announced' : 'wrong';
}
