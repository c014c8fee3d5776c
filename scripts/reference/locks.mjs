// Which locks does each kind of change take, on which versions, as its cases declare and the servers certify?
// @ts-check
import { code, head, page, table } from './markdown.mjs';

/** @typedef {{ relation: string, mode: string, rows: string, versions: string }} LockRow */
/** @typedef {{ statement: string, locks: readonly LockRow[] }} StatementLocks */
/** @typedef {{ kind: string, title: string }} KindTitle */
/** @typedef {{ path: string, text: string, isOwn: readonly boolean[] }} LocksCase `isOwn`: whether a statement does nothing but what its folder is about */

/** @param {readonly { kind: KindTitle, cases: readonly LocksCase[] }[]} kinds */
export function locksPage(kinds) {
  const told = kinds.flatMap(({ kind, cases }) => {
    const statements = cases.flatMap((each) =>
      statementsOf(each)
        .filter((_, index) => each.isOwn[index] === true)
        .map((statement) => ({ ...statement, path: each.path, title: titleOf(each) })),
    );
    return statements.length === 0 ? [] : [{ kind, statements }];
  });
  return page(
    head('Locks', 'What each kind of change locks, how strongly, and whether it reads or writes every row meanwhile.'),
    howCertified,
    '## All kinds',
    table(
      ['kind', 'strongest lock', 'while it is held'],
      told.map(({ kind, statements }) => {
        const locks = statements.flatMap((each) => each.locks);
        return [
          `[${code(kind.kind)}](#${kind.kind})`,
          strongest(locks),
          [...new Set(locks.flatMap(rowsOf))].sort().join(', '),
        ];
      }),
    ),
    ...told.map(({ kind, statements }) =>
      page(
        `## ${kind.kind}`,
        `${kind.title}. [More](../changes/${kind.kind}.md)`,
        table(
          ['case', 'statement', 'locks', 'mode', 'every row is', 'PostgreSQL'],
          unlike(statements).flatMap(({ statement, path, title, locks }) =>
            locks.map((lock, index) => [
              index === 0 ? `[${title}](../../${path})` : '',
              index === 0 ? code(statement) : '',
              lock.relation === '' ? '' : code(lock.relation),
              lock.mode,
              lock.rows,
              lock.versions,
            ]),
          ),
        ),
      ),
    ),
  );
}

const howCertified = `Nothing here is copied from a manual. Each row stands in a [case](cases.md), and is what Roadbook declares for that statement: what \`roadbook check\`
judges by. The harness runs the statement on real servers, with rows in the tables, and reads \`pg_locks\` from inside its transaction. A lock, a rewrite or a
scan that a server shows and the declaration lacks fails the test; \`npm run cases -- --full\` does so on PostgreSQL 14, 15, 16, 17 and 18.

- The declaration is never weaker than what a server showed; it can be stronger where a case does not need all of it. \`npm run cases\` prints where.
- Only relations that exist before the migration are listed: nobody waits for what nobody sees yet.
- A lock on a table stands for its indexes, owned sequences, partitions and inheritance children too. ACCESS SHARE is left out, since every query takes it.
- A scan is listed only under SHARE UPDATE EXCLUSIVE or stronger. What is written anew is read too.
- An empty last column means every version the case is about; "none" means that no existing relation is locked.
- Statements that a case runs besides those of its own kind are left out, and so are those that do several kinds of change at once.`;

/** The block as test/harness/locks-block.ts writes it: a statement, then its locks, indented.
 * @param {LocksCase} each @returns {readonly StatementLocks[]} */
export function statementsOf({ text }) {
  const versions = /^versions: *(.*)$/m.exec(text)?.[1] ?? '';
  const block = /^(`{3,})text locks\n([\s\S]*?)\n?^\1$/m.exec(text.replaceAll('\r\n', '\n'))?.[2] ?? '';
  /** @type {{ statement: string, locks: LockRow[] }[]} */
  const found = [];
  for (const line of block.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('  ')) found.at(-1)?.locks.push(lockOf(line.trim(), versions));
    else found.push({ statement: line, locks: [] });
  }
  return found;
}

/** @param {LocksCase} each */
const titleOf = ({ text }) => /^# (.+?)\s*$/m.exec(text)?.[1] ?? '';

/** `PostgreSQL 14 to 17: SHARE on public.a, reads every row`. @param {string} line @param {string} versions @returns {LockRow} */
function lockOf(line, versions) {
  const [, on, rest = line] = /^PostgreSQL ([\d, to]+): (.*)$/.exec(line) ?? [];
  const [, mode = rest, relation = '', after = ''] =
    /^([A-Z ]+) on (.*?)((?:, (?:reads|writes) every row(?: anew)?)*)$/.exec(rest) ?? [];
  const rows = after.includes('writes') ? 'written anew' : after.includes('reads') ? 'read' : '';
  return { relation, mode, rows, versions: on ?? versions };
}

const modes = [
  'ACCESS EXCLUSIVE',
  'EXCLUSIVE',
  'SHARE ROW EXCLUSIVE',
  'SHARE',
  'SHARE UPDATE EXCLUSIVE',
  'ROW EXCLUSIVE',
  'ROW SHARE',
  'ACCESS SHARE',
];

/** @param {readonly LockRow[]} locks */
const strongest = (locks) => modes.find((mode) => locks.some((lock) => lock.mode === mode)) ?? 'none';

/** @param {LockRow} lock */
const rowsOf = ({ rows }) => (rows === '' ? [] : [`every row can be ${rows}`]);

/** Two cases may hold the very same statement. @template {StatementLocks} Told @param {readonly Told[]} statements @returns {readonly Told[]} */
function unlike(statements) {
  const seen = new Set();
  return statements.filter(({ statement, locks }) => {
    const key = JSON.stringify([statement, locks]);
    return seen.has(key) ? false : seen.add(key);
  });
}
