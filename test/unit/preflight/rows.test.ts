// Is it told which rows stand in the way of what is pending, and never of what would succeed?
import { describe, expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { everywhere, since18 } from './row-cases.ts';
import { type RowCase, saying, told } from './told.ts';

const shapes = [
  'NULLs in a partition, under a name that needs quotes',
  'duplicates before UNIQUE; NULLs are none',
  'duplicates over partitions',
  'overlaps, by neighbours and by pairs',
  'pairs that conflict',
  'a composite key, MATCH FULL and not',
  'a domain that gets a CHECK, NOT NULL, and is validated',
];

/** All of them on the oldest and the newest, each query on those between. */
function casesOf(major: number): Readonly<Record<string, RowCase>> {
  if (major >= 18) return { ...since18, ...everywhere };
  if (major === majors[0]) return everywhere;
  return Object.fromEntries(Object.entries(everywhere).filter(([name]) => shapes.includes(name)));
}

describe.each(majors.length > 0 ? majors : [newest])('PostgreSQL %i', async (major) => {
  const cases = casesOf(major);
  const found = await told(cases, { major });
  test.each(Object.entries(cases))('%s', (name, { says }) => {
    expect(saying(found[name]?.problems)).toEqual(says);
    expect(found[name]?.fails).toBe(says.length > 0 || name.startsWith('ignored'));
  });
});
