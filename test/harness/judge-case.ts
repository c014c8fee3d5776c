// What does Roadbook itself say about the migration of a case?
import { changes } from '../../src/changes/index.ts';
import { findings } from '../../src/check/findings.ts';
import { nextMigration, nothingKnown } from '../../src/check/fold.ts';
import { createJudge, type JudgedChange } from '../../src/check/judge.ts';
import type { ReadMigration } from '../../src/read/index.ts';
import { plainPage } from '../../src/report/prose/page.ts';
import text from '../../src/report/text.ts';
import { loadParser, type ParsedStatement, transactionControl } from '../../src/sql/index.ts';
import type { Case } from './case.ts';

export interface CaseJudgement {
  readonly statements: readonly ParsedStatement[];
  readonly changes: readonly JudgedChange[];
  /** What `roadbook check` says at a terminal 100 columns wide, without colour. */
  readonly report: string;
}

export type JudgeCase = (parsed: Case, major: number) => Promise<CaseJudgement>;

const judge = createJudge(changes);

/** The block `before` is the migration before: what it makes is known, and is there already. */
export const judgeCase: JudgeCase = async (parsed, major) => {
  const before = judge((await readBlock('before.sql', parsed.before)).statements, { ...nothingKnown, major });
  const migration = await readBlock('migration.sql', parsed.migration);
  const judged = judge(migration.statements, nextMigration(before.facts));
  const problems = findings(migration, 'migration.sql', judged.changes);
  const report = text.render({ kind: 'problems', problems }, 0, plainPage);
  return {
    statements: migration.statements,
    changes: judged.changes,
    report: report === '' ? 'nothing to say' : report,
  };
};

/** A block as the migration it would be in a file. */
export async function readBlock(path: string, sql: string): Promise<ReadMigration> {
  const parser = await loadParser();
  // BEGIN and COMMIT are left out of a migration; savepoints are its own.
  const statements = parser
    .split(sql, path)
    .statements.filter(({ node }) => !/^(begin|commit)$/.test(transactionControl(node) ?? ''));
  return {
    id: path,
    path,
    format: 'sql',
    text: sql,
    digest: '',
    description: '',
    options: {},
    statements,
    verify: [],
    undo: null,
    ignores: [],
    checksum: '',
    problems: [],
  };
}
