// Which problems does a migration have before anybody runs it?

import type { Hazard } from '../model/hazard.ts';
import { lockSentence } from '../model/lock-words.ts';
import type { Ignore, Migration } from '../model/migration.ts';
import { type Problem, problem } from '../model/problem.ts';
import { aroundCodes, questionCodes } from '../model/question.ts';
import type { Statement } from '../model/statement.ts';
import { codeFrame } from '../sql/position.ts';
import { maskedStrings } from '../sql/redact.ts';
import type { JudgedChange } from './judge.ts';
import { together } from './together.ts';

/** Of these nothing can be said without a database. */
const onlyRowsTell: ReadonlySet<string> = new Set([...questionCodes, ...aroundCodes]);

/** The hazards of a migration as problems with their places, but for those the user has ignored with a reason. */
export function findings(migration: Migration, file: string, changes: readonly JudgedChange[]): readonly Problem[] {
  const used = new Set<Ignore>();
  const shown = withoutSecrets(migration, changes);
  const left = changes.flatMap(({ change: { statement }, hazards }) =>
    hazards.flatMap((hazard) => {
      const ignored = migration.ignores.filter(
        (ignore) => ignore.statement === statement && ignore.code === hazard.code,
      );
      for (const ignore of ignored) used.add(ignore);
      return ignored.length > 0 ? [] : [{ statement, hazard }];
    }),
  );
  const found = together(left).flatMap(({ statement: index, hazard }) => {
    const statement = migration.statements[index];
    return statement === undefined ? [] : [hazardProblem(hazard, file, shown, statement)];
  });
  const idle = migration.ignores
    .filter((ignore) => !used.has(ignore) && !onlyRowsTell.has(ignore.code))
    .map((ignore) => idleIgnore(ignore, file));
  return [...once(found), ...idle];
}

/** A frame shows the line before too, so whatever is secret is masked wherever it stands in the migration. */
function withoutSecrets({ text, statements }: Migration, changes: readonly JudgedChange[]): string {
  const secret = new Set(changes.flatMap(({ change }) => (change.secret === true ? [change.statement] : [])));
  return maskedStrings(
    text,
    statements.filter((_, index) => secret.has(index)),
  );
}

function hazardProblem(hazard: Hazard, file: string, source: string, statement: Statement): Problem {
  const where = { file, line: statement.line, column: statement.column };
  const lock = hazard.lock === undefined ? '' : `${lockSentence(hazard.lock)}. `;
  return problem(hazard.code, hazard.message, {
    severity: hazard.severity,
    detail: `${lock}${hazard.why}`,
    hint: hazard.instead,
    where,
    frame: codeFrame(source, where),
  });
}

function idleIgnore(ignore: Ignore, file: string): Problem {
  return problem('ignore-idle', `nothing here has the hazard "${ignore.code}"`, {
    severity: 'warning',
    detail: 'What is ignored without being there hides the next real one.',
    hint: 'Take the comment away, or correct the code in it.',
    where: { file, line: ignore.line, column: 1 },
  });
}

/** Two changes of one statement may say the same. */
function once(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, message, where }) => {
    const key = `${code}\n${message}\n${where?.line}:${where?.column}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
