// Which SQL creates and upgrades the journal? Generated from src/journal/schema/*.sql by scripts/generate-journal-schema.mjs.
import { sql as sql0001 } from './schema/0001.ts';
import { sql as sql0002 } from './schema/0002.ts';
import { sql as sql0003 } from './schema/0003.ts';
import { sql as sql0004 } from './schema/0004.ts';
import { sql as sql0005 } from './schema/0005.ts';
import { sql as sql0006 } from './schema/0006.ts';

/** One numbered file of the journal's schema. */
export interface Upgrade {
  readonly number: number;
  readonly sql: string;
}

export const upgrades: readonly Upgrade[] = Object.freeze([
  { number: 1, sql: sql0001 },
  { number: 2, sql: sql0002 },
  { number: 3, sql: sql0003 },
  { number: 4, sql: sql0004 },
  { number: 5, sql: sql0005 },
  { number: 6, sql: sql0006 },
]);
