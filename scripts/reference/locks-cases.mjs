// Which statements of a case do nothing but what the case is about?
// @ts-check

/** @typedef {{ readonly kind: string, readonly node: object, readonly text: string }} Statement */
/** @typedef {(statements: readonly Statement[], facts: object) => { changes: readonly { change: { kind: string, statement: number } }[], facts: object }} Judge */
/** @typedef {{ judge: Judge, split: (sql: string, path: string) => { statements: readonly Statement[] }, nextMigration: (facts: object) => object, nothingKnown: object }} Judging */

/** One for each statement in the block `locks`: whether every change in it is of the folder's kind.
 * @param {Judging} judging @param {string} text @param {string} kind @param {string} path @returns {readonly boolean[]} */
export function isOwn({ judge, split, nextMigration, nothingKnown }, text, kind, path) {
  const read = (/** @type {string} */ name) =>
    split(blockOf(text, name), path).statements.filter(
      (statement) => statement.kind !== 'TransactionStmt' || !/^(?:begin|start|commit|end)\b/i.test(statement.text),
    );
  const before = judge(read('before'), nothingKnown);
  const migration = read('migration');
  const { changes } = judge(migration, nextMigration(before.facts));
  return migration.map((_, index) => {
    const kinds = changes.flatMap(({ change }) => (change.statement === index ? [change.kind] : []));
    return kinds.length > 0 && kinds.every((each) => each === kind);
  });
}

/** @param {string} text @param {string} name */
function blockOf(text, name) {
  const lines = text.replaceAll('\r\n', '\n');
  return new RegExp(`^(\`{3,})sql ${name}\\n([\\s\\S]*?)\\n?^\\1$`, 'm').exec(lines)?.[2] ?? '';
}
