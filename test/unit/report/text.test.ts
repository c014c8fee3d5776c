// What a person reads.
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { problem } from '../../../src/model/problem.ts';
import type { Report } from '../../../src/report/define.ts';
import { type Page, plainPage } from '../../../src/report/prose/page.ts';
import { widthOf } from '../../../src/report/prose/width.ts';
import text from '../../../src/report/text.ts';
import { applied, current, database, failedVerify, olderPending, run, undefinedColumn } from './samples.ts';

const page: Page = { ...plainPage, width: 90, unicode: true, directory: '/project' };
const read = (report: Report, more: Partial<Page> = {}) => `\n${text.render(report, 0, { ...page, ...more })}\n`;

describe('problems', () => {
  test('one that says how it is repaired: statements stay on their line, and end', () => {
    const long = `UPDATE users SET email = <value> WHERE email IS NULL AND ${'x'.repeat(60)} = 1`;
    const shown = problem('nulls-in-the-way', '2 rows of users have NULL in email', { repair: ['SELECT 1;', long] });
    expect(read({ kind: 'problems', problems: [shown] })).toContain(`\n\n           SELECT 1;\n           ${long};\n`);
  });

  test('one, with its place, its line, and what to do', () => {
    expect(read({ kind: 'problems', problems: [undefinedColumn] })).toMatchInlineSnapshot(`
      "
      error  column "emial" does not exist [undefined-column]
         at  migrations/20261120101500_add_status.sql:3:44

             3 | alter table users add constraint c check (emial <> '');
               |                                           ^

             There is a column named "email" in table "users".
       hint  Correct the name in the migration, then run roadbook apply again. Nothing of this
             migration was applied.
      "
    `);
  });

  test('several: the most serious last, and how many', () => {
    expect(
      read(
        {
          kind: 'problems',
          problems: [undefinedColumn, olderPending, { ...olderPending, severity: 'note' }],
        },
        { width: 60 },
      ),
    ).toMatchInlineSnapshot(`
      "
      note  migration 20261119000000_x is older than the newest
            applied one [older-pending]
      hint  It is applied in its turn.

      warning  migration 20261119000000_x is older than the newest
               applied one [older-pending]
         hint  It is applied in its turn.

      error  column "emial" does not exist [undefined-column]
         at  migrations/20261120101500_add_status.sql:3:44

             3 | alter table users add constraint c check (emial <> '');
               |                                           ^

             There is a column named "email" in table "users".
       hint  Correct the name in the migration, then run roadbook
             apply again. Nothing of this migration was applied.

      1 error, 1 warning, 1 note
      "
    `);
  });

  test('the severity has its colour, and the caret', () => {
    const shown = read({ kind: 'problems', problems: [undefinedColumn] }, { colour: true });
    expect(shown).toContain('\x1b[1m\x1b[31merror\x1b[39m\x1b[22m');
    expect(shown).toContain(`\x1b[31m  |${' '.repeat(43)}^\x1b[39m`);
    expect(stripVTControlCharacters(shown)).toBe(read({ kind: 'problems', problems: [undefinedColumn] }));
  });

  test('what a server says cannot steer the terminal', () => {
    const shown = read({
      kind: 'problems',
      problems: [{ ...undefinedColumn, message: 'a\x1b[2Jb\u202e', detail: 'c\x07\u009bd', frame: 'e\x1b]0;f' }],
    });
    expect(shown).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(shown).toContain('a\\x1b[2Jb\\u202e');
  });
});

describe('status', () => {
  const status = (more: Partial<typeof current>) => read({ kind: 'status', outcome: { ...current, ...more } });

  test('up to date', () =>
    expect(status({})).toMatchInlineSnapshot(`
      "
      shop  PostgreSQL 16.14

        ✓  20261101101500_step_1  2026-11-01 10:20 UTC, took 250 ms
        ✓  20261102101500_step_2  2026-11-02 10:20 UTC, took 500 ms

      Up to date: 2 migrations applied.
      "
    `));
  test('nothing there yet', () =>
    expect(status({ applied: [], database: { ...database, embedded: true } })).toMatchInlineSnapshot(`
      "
      shop  PostgreSQL 16.14, embedded

      Nothing applied, nothing pending.
      "
    `));
  test('pending', () =>
    expect(
      status({ state: 'pending', pending: [{ id: '20261130101500_next' }], problems: [olderPending] }),
    ).toMatchInlineSnapshot(`
      "
      shop  PostgreSQL 16.14

        ✓  20261101101500_step_1  2026-11-01 10:20 UTC, took 250 ms
        ✓  20261102101500_step_2  2026-11-02 10:20 UTC, took 500 ms
        ·  20261130101500_next    pending

      warning  migration 20261119000000_x is older than the newest applied one [older-pending]
         hint  It is applied in its turn.

      2 migrations applied, 1 pending: roadbook apply brings it in.
      "
    `));
  test('interrupted', () =>
    expect(
      status({
        state: 'interrupted',
        pending: [{ id: 'a' }, { id: 'b' }],
        interrupted: { id: 'a', stage: 2, stages: 3 },
      }),
    ).toMatchInlineSnapshot(`
      "
      shop  PostgreSQL 16.14

        ✓  20261101101500_step_1  2026-11-01 10:20 UTC, took 250 ms
        ✓  20261102101500_step_2  2026-11-02 10:20 UTC, took 500 ms
        ✗  a                      stopped in stage 2 of 3
        ·  b                      pending

      Interrupted: roadbook apply goes on where it stopped; roadbook undo takes back what is
      there of it.
      "
    `));
  test('rows that could not be mapped', () =>
    expect(status({ unmapped: [{ id: 'a', table: 'public.members', rows: 1_234, examples: [] }] })).toContain(
      'Not mapped, and left as they were:\n  public.members  1,234 rows  of a; roadbook.unmapped has their keys\n',
    ));

  test('drifted, with something parked', () =>
    expect(
      status({
        state: 'drifted',
        applied: [{ ...applied(1), verdict: 'failed' }],
        drift: ['column public.users.nick is not expected', 'index public.users_email_idx is missing'].map((message) =>
          problem('drift', message, {
            severity: 'warning',
            hint: 'Take the change back, or write it down as a migration.',
          }),
        ),
        parked: [
          {
            id: 'a',
            object: 'public.users.nick',
            relation: 'roadbook_parked.users_nick',
            rows: 12_345,
            bytes: 1_234_567,
            parkedAt: '2026-11-11T10:00:00Z',
          },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "
      shop  PostgreSQL 16.14

        ✗  20261101101500_step_1  2026-11-01 10:20 UTC, took 250 ms, verifying failed

      Parked:
        public.users.nick  12,345 rows  1.2 MB  parked by a, 2026-11-11 10:00 UTC

      warning  column public.users.nick is not expected
               index public.users_email_idx is missing [drift]
         hint  Take the change back, or write it down as a migration.

      Drifted: the database is not what the journal says. roadbook verify shows the evidence.
      "
    `));

  test('a long history shows its end, and all of it when asked', () => {
    const history = Array.from({ length: 28 }, (_, index) => applied(index + 1));
    expect(status({ applied: history })).toContain('18 earlier ones (--verbose lists them)');
    expect(status({ applied: history })).not.toContain('step_18');
    const all = read({ kind: 'status', outcome: { ...current, applied: history } }, { verbose: true });
    for (const { id } of history) expect(all).toContain(id);
  });
});

describe('apply', () => {
  test('what was applied', () => {
    const outcome = {
      database,
      applied: [run(1), run(20, { retries: 2 })],
      verdict: 'verified',
      problems: [],
    } as const;
    expect(read({ kind: 'apply', outcome })).toMatchInlineSnapshot(`
      "
        ✓  20261101101500_step_1   40 ms
        ✓  20261120101500_step_20  800 ms, after 2 retries

      Applied 2 migrations to shop in 840 ms, verified.
      "
    `);
  });
  test('nothing to do', () => {
    expect(
      read({ kind: 'apply', outcome: { database, applied: [], verdict: 'verified', problems: [] } }),
    ).toMatchInlineSnapshot(`
      "
      Nothing to apply: shop is up to date.
      "
    `);
  });
  test('a verdict that failed', () => {
    const outcome = {
      database,
      applied: [run(1, { verdict: 'failed' })],
      verdict: 'failed',
      problems: [undefinedColumn],
    } as const;
    expect(read({ kind: 'apply', outcome }, { unicode: false })).toMatchInlineSnapshot(`
      "
        !!  20261101101500_step_1  40 ms

      error  column "emial" does not exist [undefined-column]
         at  migrations/20261120101500_add_status.sql:3:44

             3 | alter table users add constraint c check (emial <> '');
               |                                           ^

             There is a column named "email" in table "users".
       hint  Correct the name in the migration, then run roadbook apply again. Nothing of this
             migration was applied.

      Applied 1 migration to shop. Verifying failed.
      "
    `);
  });
});

describe('verify', () => {
  test('differences gathered by object, rows as a table', () => {
    expect(read({ kind: 'verify', outcome: failedVerify })).toMatchInlineSnapshot(`
      "
        ✗  The catalog is not what the journal says: 6 differences in 3 objects.
          table public.users
            ~ owner                    is postgres, expected app
            + column nick              is not expected
            ~ column status, default   is nothing, expected 'new'::text
            ~ column status, not null  is false, expected true
          index public.users_email_idx
            - is missing
          function public.total(integer, numeric(10,2))
            ~ definition  differs
                          (3 lines the same)
                is        AS $$ select a + 2 $$
                expected  AS $$ select a * 2 $$

        ✓  every order has a total
        ✗  no user without an email
             id  email  note
             --  -----  ------------------------------------------------------------
             1   null   a\\x1b[31mred
             2   null   long long long long long long long long long long long lo...
             3   null
             3   null
             3   null
             and 2 more rows

      Not verified: shop, the catalog differs, 1 of 2 assertions failed.
      "
    `);
  });
  test('all is well', () => {
    const outcome = {
      ...failedVerify,
      verdict: 'verified',
      catalog: 'equal',
      differences: [],
      assertions: failedVerify.assertions.slice(0, 1),
    } as const;
    expect(read({ kind: 'verify', outcome })).toMatchInlineSnapshot(`
      "
        ✓  The catalog is what the journal says.

        ✓  every order has a total

      Verified: shop is as it should be, 1 assertion checked.
      "
    `);
  });
  test('evidence that is a sentence', () => {
    const outcome = {
      ...failedVerify,
      catalog: 'equal',
      differences: [],
      assertions: [{ name: 'a', ok: false, evidence: ['two users share an email'] }],
    } as const;
    expect(read({ kind: 'verify', outcome })).toMatchInlineSnapshot(`
      "
        ✓  The catalog is what the journal says.

        ✗  a
             two users share an email

      Not verified: shop, 1 of 1 assertion failed.
      "
    `);
  });
});

test('a new migration is named relative to where we are', () => {
  expect(read({ kind: 'new', outcome: { id: 'x', path: '/project/migrations/x.sql' } })).toBe(
    '\nCreated migrations/x.sql\n',
  );
  expect(read({ kind: 'new', outcome: { id: 'x', path: '/elsewhere/x.sql' } })).toBe('\nCreated /elsewhere/x.sql\n');
});

test.each([40, 60, 100])('prose and tables keep within %i columns', (width) => {
  const reports: readonly Report[] = [
    { kind: 'problems', problems: [{ ...undefinedColumn, frame: '' }, olderPending] },
    { kind: 'verify', outcome: { ...failedVerify, differences: [], catalog: 'unknown' } },
  ];
  for (const report of reports) {
    const tooLong = read(report, { width })
      .split('\n')
      .filter((line) => widthOf(line) > width && line.trim().includes(' ') && !line.includes('.sql:'));
    expect(tooLong).toEqual([]);
  }
});
