import { beforeAll, describe, expect, test } from 'vitest';
import { buildConcurrently, type IndexPlace, keyOverIndex } from '../../../src/recipes/build-concurrently.ts';
import { type IndexStmt, loadParser, loadPrinter, type Parser, type Printer } from '../../../src/sql/index.ts';

let parser: Parser;
let print: Printer;
beforeAll(async () => {
  parser = await loadParser();
  print = await loadPrinter();
});

function index(sql: string): IndexStmt {
  const node = parser.split(sql, 'test').statements[0]?.node;
  if (node === undefined || !('IndexStmt' in node)) throw new Error(`no index: ${sql}`);
  return node.IndexStmt;
}

const place = (table: string, more: Partial<IndexPlace> = {}): IndexPlace => ({
  schema: 'app',
  table,
  index: `${table}_idx`,
  isThere: false,
  partitions: null,
  ...more,
});

function texts(drafts: ReturnType<typeof buildConcurrently>): readonly string[] {
  return (drafts ?? []).map(({ stage, steps }) => `${stage}: ${steps.map(({ sql }) => sql).join('; ')}`);
}

describe('an index', () => {
  test('of a table is one statement under its name, and says what makes it fail', () => {
    const definition = index('CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY t (a) WHERE b');
    const drafts = buildConcurrently(
      place('User s'),
      definition,
      { what: 'unique index', failsWhere: 'rows are alike' },
      print,
    );
    expect(texts(drafts)).toEqual([
      'concurrent: CREATE UNIQUE INDEX CONCURRENTLY "User s_idx" ON app."User s" (a) WHERE b',
    ]);
    expect(drafts?.[0]?.steps[0]?.does).toBe(
      'build unique index app."User s_idx" while app."User s" is written; it fails where rows are alike',
    );
  });

  test('of a partitioned table is made without rows, then by partitions, each attached by itself', () => {
    const whole = place('t', {
      partitions: [
        place('p1'),
        place('p2', { partitions: [place('p2a')] }),
        place('p3', { isThere: true, index: 'old' }),
      ],
    });
    const drafts = buildConcurrently(whole, index('CREATE INDEX CONCURRENTLY ON t (a)'), { what: 'index' }, print);
    expect(texts(drafts)).toEqual([
      'transaction: CREATE INDEX t_idx ON ONLY app.t (a)',
      'concurrent: CREATE INDEX CONCURRENTLY p1_idx ON app.p1 (a)',
      'transaction: ALTER INDEX app.t_idx ATTACH PARTITION app.p1_idx',
      'transaction: CREATE INDEX p2_idx ON ONLY app.p2 (a)',
      'concurrent: CREATE INDEX CONCURRENTLY p2a_idx ON app.p2a (a)',
      'transaction: ALTER INDEX app.p2_idx ATTACH PARTITION app.p2a_idx',
      'transaction: ALTER INDEX app.t_idx ATTACH PARTITION app.p2_idx',
      'transaction: ALTER INDEX app.t_idx ATTACH PARTITION app.old',
    ]);
    const attaching = drafts?.filter(({ steps }) => steps[0]?.sql.includes(' ATTACH '));
    expect(attaching?.map(({ alone }) => alone)).toEqual([true, true, true, true]);
  });

  test('that cannot be printed is none', () => {
    const whole = place('t', { partitions: [place('p1')] });
    const definition = index('CREATE INDEX ON t (a)');
    expect(buildConcurrently(place('t'), definition, { what: 'index' }, () => null)).toBeNull();
    const leaves = (node: Parameters<Printer>[0]) =>
      'IndexStmt' in node && node.IndexStmt.concurrent ? null : print(node);
    expect(buildConcurrently(whole, definition, { what: 'index' }, leaves)).toBeNull();
  });
});

test('a key takes its index under the same name, as late as it was written to be checked', () => {
  const draft = keyOverIndex(place('t', { schema: null, index: 'Key' }), {
    words: 'PRIMARY KEY',
    deferrable: true,
    initiallyDeferred: true,
    only: true,
  });
  expect(draft.steps.map(({ sql }) => sql)).toEqual([
    'ALTER TABLE ONLY t ADD CONSTRAINT "Key" PRIMARY KEY USING INDEX "Key" DEFERRABLE INITIALLY DEFERRED',
  ]);
});
