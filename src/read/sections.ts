// Which statements of a file are the migration, which verify it, and which undo it?
import { Failure } from '../model/failure.ts';
import type { Ignore, MigrationOptions } from '../model/migration.ts';
import type { Problem } from '../model/problem.ts';
import type { Parser } from '../sql/parser.ts';
import { positions } from '../sql/position.ts';
import { problemAt, type SourceText, type Span } from '../sql/problem-at.ts';
import type { ParsedStatement } from '../sql/split.ts';
import { describe } from './description.ts';
import { type Directive, findDirectives } from './directive.ts';
import { readOptions } from './header-options.ts';
import { unwrap } from './transaction-marks.ts';
import { onlyReads } from './verify-section.ts';

export interface Sections {
  readonly description: string;
  readonly options: MigrationOptions;
  readonly statements: readonly ParsedStatement[];
  readonly verify: readonly ParsedStatement[];
  readonly undo: readonly ParsedStatement[] | null;
  readonly ignores: readonly Ignore[];
  /** Notes and warnings. */
  readonly problems: readonly Problem[];
}

type SectionName = 'up' | 'verify' | 'undo';

/** Reads a whole .sql file; throws a Failure with every error in it. */
export function readSections(text: SourceText, parser: Parser): Sections {
  const { statements, trailing } = parser.split(text.source, text.file);
  const directives = findDirectives(text, statements);
  const problems = [...directives.problems];
  const marks = directives.found.filter(({ word }) => word === 'verify' || word === 'undo');
  const inSection = (name: SectionName) =>
    statements.filter(({ start }) => (marks.findLast((mark) => mark.start < start)?.word ?? 'up') === name);
  const of = (word: Directive['word']) => directives.found.filter((directive) => directive.word === word);
  for (const name of ['verify', 'undo'] as const) problems.push(...markProblems(text, of(name), inSection(name)));

  const all = inSection('up');
  const up = unwrap(text, all);
  const verify = inSection('verify');
  const undo = unwrap(text, inSection('undo'));
  const header = readOptions(text, of('option'), statements[0]?.start ?? text.source.length);
  const ignores = readIgnores(text, of('ignore'), { all, kept: up.statements, marks });
  problems.push(...up.problems, ...onlyReads(text, verify), ...undo.problems, ...header.problems, ...ignores.problems);
  if (up.statements.length === 0) problems.push(empty(text));
  return {
    description: describe(statements[0]?.comments ?? trailing, text.source),
    options: header.options,
    statements: up.statements,
    verify,
    undo: of('undo').length > 0 ? undo.statements : null,
    ignores: ignores.ignores,
    problems: withoutErrors(problems),
  };
}

/** Throws all errors at once, in the order of the file; hands back the rest. */
export function withoutErrors(problems: readonly Problem[]): readonly Problem[] {
  const place = ({ where }: Problem) => (where ? where.line * 1e6 + where.column : 0);
  const sorted = problems.toSorted((a, b) => place(a) - place(b));
  const [first, ...others] = sorted.filter(({ severity }) => severity === 'error');
  if (first) throw new Failure(first, 'migration', { others });
  return sorted;
}

function markProblems(
  text: SourceText,
  marks: readonly Directive[],
  statements: readonly ParsedStatement[],
): Problem[] {
  const [first, second] = marks;
  if (!first) return [];
  const line = positions(text.source).at(first.start).line;
  if (second) {
    return [
      problemAt('section-twice', `there are two sections roadbook:${second.word}`, text, second, {
        detail: `The first one is in line ${line}.`,
        hint: 'Make one of them.',
      }),
    ];
  }
  const rest =
    first.rest === ''
      ? []
      : [
          problemAt('directive-misplaced', `roadbook:${first.word} stands alone on its line`, text, first, {
            hint: 'Put what follows it on the next line.',
          }),
        ];
  if (statements.length > 0) return rest;
  const detail = first.word === 'undo' ? 'So undoing this migration does nothing.' : 'So it verifies nothing.';
  return [
    ...rest,
    problemAt('section-empty', `the section roadbook:${first.word} is empty`, text, first, {
      severity: 'warning',
      detail,
      hint: 'Write its statements below this line, or delete it.',
    }),
  ];
}

interface Above {
  readonly all: readonly ParsedStatement[];
  readonly kept: readonly ParsedStatement[];
  readonly marks: readonly Span[];
}

function readIgnores(text: SourceText, directives: readonly Directive[], { all, kept, marks }: Above) {
  const problems: Problem[] = [];
  const ignores: Ignore[] = [];
  const where = positions(text.source);
  for (const directive of directives) {
    const [, code, reason] = /^([^\s]+)(?:\s+because\s+(.*\S))?\s*$/.exec(directive.rest) ?? [];
    const next = all.find(({ start }) => start > directive.start);
    // Above a BEGIN that is left out it stands for what follows.
    const statement = next ? kept.findIndex(({ start }) => start >= next.start) : -1;
    const sectionBetween = marks.some(
      (mark) => mark.start < directive.start || (next && mark.start < next.start && mark.start > directive.start),
    );
    if (code === undefined || reason === undefined) problems.push(withoutReason(text, directive, code));
    else if (statement < 0 || sectionBetween) problems.push(aboveNothing(text, directive));
    else ignores.push({ code, reason, statement, line: where.at(directive.start).line });
  }
  return { ignores, problems };
}

function withoutReason(text: SourceText, directive: Directive, code: string | undefined): Problem {
  const shown = code ?? (directive.rest.split(/\s+/)[0] || '<code>');
  return problemAt('ignore-without-reason', 'a hazard is ignored without a reason', text, directive, {
    detail: 'Whoever reads the migration later has to know why the hazard does not matter here.',
    hint: `Write \`-- roadbook:ignore ${shown} because …\`.`,
  });
}

function aboveNothing(text: SourceText, directive: Directive): Problem {
  return problemAt(
    'ignore-without-statement',
    'a line roadbook:ignore does not stand above a statement',
    text,
    directive,
    {
      detail: 'It counts for the one statement of the migration below it; verify and undo sections have no hazards.',
      hint: 'Move it to the line above the statement, or delete it.',
    },
  );
}

function empty(text: SourceText): Problem {
  return problemAt(
    'migration-empty',
    'the migration has no statement',
    text,
    { start: 0, end: 0 },
    {
      severity: 'note',
      detail: 'Applying it changes nothing and is recorded as done.',
      hint: 'Write its statements before it is applied, or delete the file.',
    },
  );
}
