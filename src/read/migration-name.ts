// Is this the name of a migration, and what would it be called if it were?

export const endings = ['sql', 'ts', 'js', 'mjs'] as const;
export type Ending = (typeof endings)[number];

export interface MigrationName {
  /** `20261120101500_add_status`. */
  readonly id: string;
  /** `20261120101500`, UTC. */
  readonly timestamp: string;
  readonly ending: Ending;
}

const pattern = /^((\d{14})_[a-z0-9]+(?:_[a-z0-9]+)*)\.(.+)$/;

export type NameFault = 'shape' | 'date';

/** The parts of a file name, or what is wrong with it. */
export function parseName(file: string): MigrationName | NameFault {
  const found = pattern.exec(file);
  const [, id, timestamp, given] = found ?? [];
  const ending = endings.find((each) => each === given);
  if (!id || !timestamp || !ending) return 'shape';
  return isMoment(timestamp) ? { id, timestamp, ending } : 'date';
}

/**
 * Files that nobody means as a migration: notes, dotfiles, editors' copies, and what a migration in TypeScript takes in
 * (a name that starts with `_`, and declarations).
 */
export function cannotBeMeant(file: string): boolean {
  return /^[._]/.test(file) || /\.d\.[cm]?ts$/.test(file) || !/\.(sql|[cm]?[jt]s)$/i.test(file);
}

/** `20261120101500`, UTC. */
export function timestampOf(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace(/\D/g, '');
}

/** The moment a timestamp names; an invalid one for what is no date. */
export function momentOf(timestamp: string): Date {
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((start, index) =>
    timestamp.slice(start, index === 0 ? 4 : start + 2),
  );
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function isMoment(timestamp: string): boolean {
  const digits = Number(timestamp);
  const part = (from: number, size: number) => Math.floor(digits / from) % size;
  const year = part(1e10, 1e4);
  const month = part(1e8, 100);
  const day = part(1e6, 100);
  // 30 February is taken for 1 March: only a date that comes back is one.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const comesBack = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return comesBack && part(1e4, 100) < 24 && part(100, 100) < 60 && part(1, 100) < 60;
}

/** `Add Status-Column` → `add_status_column`; empty where nothing is left. */
export function snakeCase(words: string): string {
  return words
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** A name for a file that has none, keeping what is known: its words, and its date where it has one. */
export function suggestName(file: string, modified: Date): string {
  const dot = file.lastIndexOf('.');
  const stem = file.slice(0, dot).replace(/\.(up|down)$/i, '');
  const ending = endings.find((each) => each === file.slice(dot + 1).toLowerCase()) ?? 'ts';
  const digits = /^[vV]?(\d+)/.exec(stem)?.[1] ?? '';
  const words = snakeCase(stem.replace(/^[vV]?\d+/, '')) || 'migration';
  return `${dateIn(digits) ?? timestampOf(modified)}_${words}.${ending}`;
}

function dateIn(digits: string): string | undefined {
  if (/^1\d{9}$/.test(digits)) return timestampOf(new Date(Number(digits) * 1000));
  if (/^1\d{12}$/.test(digits)) return timestampOf(new Date(Number(digits)));
  const full = digits.padEnd(14, '0');
  return digits.length >= 8 && full.length === 14 && isMoment(full) ? full : undefined;
}
