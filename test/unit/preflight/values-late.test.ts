// Is what can be known in the time there is told, also of a table that is too large to look at row by row?
import { expect, test } from 'vitest';
import type { Answer } from '../../../src/preflight/ask.ts';
import type { Inquiry } from '../../../src/preflight/inquiry.ts';
import { askValues, type ValuesSought } from '../../../src/preflight/values.ts';

const conversion: ValuesSought = { is: 'values', becomes: 'r.c', type: 'integer', unlike: null, where: null };

/** Answers in their order. */
async function asked(sought: ValuesSought, answers: readonly Answer[], rows: number) {
  const sent: string[] = [];
  const inquiry: Inquiry = {
    question: {
      code: 'values-refused',
      severity: 'error',
      table: 'public.t',
      seeks: sought,
      one: 'row',
      many: 'rows',
      hint: 'Look.',
      repair: [],
      migration: '1',
      statement: 0,
      searchPath: ['public'],
      timeZone: null,
    },
    table: { key: [], hasChildren: false },
    size: { rows, bytes: rows * 100 },
    withinMs: 2000,
    ask: async (statements) => {
      sent.push(statements[0] ?? '');
      return answers[sent.length - 1] ?? { rows: [] };
    },
  };
  return { result: await askValues(sought, inquiry), sent };
}

const found = (more: object): Answer => ({
  rows: [{ found: { count: 0, seen: 0, whole: true, samples: [], ...more } }],
});
const refused: Answer = { unanswered: 'unknown', sqlstate: '22P02' };
const late: Answer = { unanswered: 'time', sqlstate: '57014' };

test('where all are converted at once without an error, nothing more is asked', async () => {
  const { result, sent } = await asked(conversion, [{ rows: [{ seen: '9', cut: false }] }], 5_000_000);
  expect(result).toBeNull();
  expect(sent).toHaveLength(1);
});

test('an error that no time is left to find the row of is told all the same', async () => {
  const { result } = await asked(conversion, [refused, found({ whole: false, seen: 9 })], 1000);
  expect(result).toEqual({ count: 1, counted: 'least', samples: [], looked: null });
});

test('of a huge table a sample says about how many', async () => {
  const answers = [late, found({ count: 10, seen: 1000, samples: ['id = 1'], message: 'no number' })];
  const { result, sent } = await asked(conversion, answers, 5_000_000);
  expect(result).toMatchObject({ count: 50_000, counted: 'about', looked: 1000, samples: ['id = 1'] });
  expect(sent[1]).toContain('TABLESAMPLE SYSTEM (2)');
});

test('where time was short and a sample shows none, that is said', async () => {
  const { result } = await asked(conversion, [late, found({ whole: false, seen: 700 })], 5_000_000);
  expect(result).toEqual({ why: 'time', looked: 700 });
});

test('what a cast has cut is looked at again by assignment', async () => {
  const answers = [{ rows: [{ seen: '2', cut: true }] }, found({ seen: 2 })];
  const { result, sent } = await asked({ ...conversion, type: 'varchar(3)' }, answers, 2);
  expect(result).toBeNull();
  expect(sent[1]).toContain('DECLARE value varchar(3) := (r.c);');
});
