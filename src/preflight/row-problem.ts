// How is it told what stands in the way, and what could not be asked?

import type { MigrationPlan } from '../model/plan.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { AskedMismatch, AskedQuestion } from '../model/question.ts';
import type { Statement } from '../model/statement.ts';
import type { ReadMigration } from '../read/index.ts';
import { codeFrame } from '../sql/position.ts';
import { maskedStrings } from '../sql/redact.ts';
import type { Counted, Finding, NotKnown } from './inquiry.ts';

/** The file that a question comes from. */
export interface Source {
  readonly migration: ReadMigration;
  readonly label: string;
  /** Of the migration; what its steps hold secret is shown nowhere. */
  readonly plan: MigrationPlan | undefined;
}

export function foundProblem(question: AskedQuestion, finding: Finding, source: Source): Problem {
  const { count, counted, samples, looked } = finding;
  const said = `${words[counted]}${count.toLocaleString('en-US')} ${count === 1 ? question.one : question.many}`;
  const isAll = question.seeks.is === 'rows' && counted === 'exact' && samples.length === count;
  const shown = isAll ? (count === 1 ? 'It is' : 'They are') : 'For example';
  const detail = [
    question.detail,
    finding.detail,
    samples.length === 0 ? undefined : `${shown} ${samples.join('; ')}.`,
    looked === null ? undefined : `That is reckoned from a sample of ${looked.toLocaleString('en-US')} rows.`,
  ].filter((part) => part !== undefined);
  const repair = finding.repair ?? question.repair;
  return problem(question.code, finding.message ?? said, {
    severity: question.severity,
    ...(detail.length === 0 ? {} : { detail: detail.join(' ') }),
    hint: question.hint,
    ...placeOf(question.statement, source),
    rows: { count, exact: counted === 'exact', samples },
    ...(repair.length === 0 ? {} : { repair }),
  });
}

const words: Readonly<Record<Counted, string>> = { exact: '', least: 'at least ', about: 'about ' };

export function mismatchProblem({ code, message, ...more }: AskedMismatch, source: Source): Problem {
  const { severity, detail, hint, repair, statement } = more;
  return problem(code, message, {
    severity,
    ...(detail === undefined ? {} : { detail }),
    hint,
    ...placeOf(statement, source),
    ...(repair.length === 0 ? {} : { repair }),
  });
}

/** Null: nothing is worth a word, since the statement itself would say it. */
export function notKnownProblem(question: AskedQuestion, { why, looked }: NotKnown, source: Source): Problem | null {
  if (why === 'unknown') return null;
  return problem('rows-not-asked', `it is not known whether ${question.many}`, {
    severity: 'note',
    detail: reasons[why](question.table, looked),
    hint: hints[why],
    ...placeOf(question.statement, source),
  });
}

type Why = Exclude<NotKnown['why'], 'unknown'>;

const reasons: Readonly<Record<Why, (table: string, looked: number | null) => string>> = {
  time: (table, looked) =>
    `${table} has too many rows to look at all of them${looked === null ? '' : `; there is none among a sample of ${looked.toLocaleString('en-US')}`}.`,
  locked: (table) => `${table} is locked against readers by somebody, and was not waited for.`,
  rights: (table) => `This role may not read ${table}, or sees some of its rows only.`,
  raises: () => 'What the statement computes raises an error for some row.',
};

const hints: Readonly<Record<Why, string>> = {
  time: 'Say `--exact` to look at every row, however long that takes. If there are such rows, the statement fails, and the database stays as it was before it.',
  locked: 'Try again later. If there are such rows, the statement fails, and the database stays as it was before it.',
  rights:
    'GRANT SELECT on it, or look by a role that owns it. If there are such rows, the statement fails, and the database stays as it was before it.',
  raises: 'Look whether the statement itself would fail by it.',
};

/** A frame shows the line before too. */
function placeOf(index: number, { migration, label, plan }: Source): Pick<Problem, 'where' | 'frame'> {
  const statement = migration.statements[index];
  if (statement === undefined) return {};
  const where = { file: label, line: statement.line, column: statement.column };
  return { where, frame: codeFrame(withoutSecrets(migration, plan), where) };
}

function withoutSecrets({ text, statements }: ReadMigration, plan: MigrationPlan | undefined): string {
  const steps = plan?.stages.flatMap((stage) => stage.steps) ?? [];
  const secret = new Set(steps.flatMap(({ secret: isSecret, statement }) => (isSecret ? [statement] : [])));
  const spans: readonly Statement[] = statements;
  return maskedStrings(
    text,
    spans.filter((_, index) => secret.has(index)),
  );
}
