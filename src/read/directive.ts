// Which lines of a file are meant for Roadbook?

import { nearNames } from '../database/near-names.ts';
import type { Problem } from '../model/problem.ts';
import { lex } from '../sql/lexer.ts';
import { problemAt, type SourceText, type Span } from '../sql/problem-at.ts';

const words = ['option', 'verify', 'undo', 'ignore'] as const;
export type DirectiveWord = (typeof words)[number];

/** `-- roadbook:<word> <rest>` on a line of its own. */
export interface Directive extends Span {
  readonly word: DirectiveWord;
  readonly rest: string;
}

export interface Directives {
  readonly found: readonly Directive[];
  readonly problems: readonly Problem[];
}

const meant = /^(?:--|\/\*)[ \t*-]*roadbook[ \t]*:[ \t]*([\w-]*)/i;
const exact = /^--[ \t]*roadbook:([^\s]+)[ \t]*(.*)$/;

/** All of them in order. Only `--` comments count that stand first on their line, outside strings and statements. */
export function findDirectives(text: SourceText, statements: readonly Span[]): Directives {
  const found: Directive[] = [];
  const problems: Problem[] = [];
  const { source } = text;
  if (!/roadbook\s*:/i.test(source)) return { found, problems };
  for (const token of lex(source)) {
    if (token.kind !== 'comment') continue;
    const comment = source.slice(token.start, token.end).trimEnd();
    const [, written = '', rest = ''] = exact.exec(comment) ?? [];
    const near = nearNames(written || (meant.exec(comment)?.[1] ?? ''), words)[0];
    const word = words.find((each) => each === written);
    // Prose about Roadbook is no directive.
    if (!written && !near) continue;
    if (!word) problems.push(written ? unknown(text, token, written, near) : notAsRead(text, token, near));
    else if (statements.some((statement) => statement.start < token.start && token.start < statement.end))
      problems.push(inside(text, token));
    else if (!isFirstOnLine(source, token.start)) problems.push(behind(text, token));
    else found.push({ word, rest, start: token.start, end: token.end });
  }
  return { found, problems };
}

function isFirstOnLine(source: string, offset: number): boolean {
  let at = offset - 1;
  while (source[at] === ' ' || source[at] === '\t') at -= 1;
  return at < 0 || /[\n\r\ufeff]/.test(source.charAt(at));
}

function unknown(text: SourceText, span: Span, word: string, near: string | undefined): Problem {
  return problemAt('directive-unknown', `Roadbook knows no line "roadbook:${word}"`, text, span, {
    hint: `${near ? `Did you mean \`-- roadbook:${near}\`? ` : ''}There are ${words.map((each) => `roadbook:${each}`).join(', ')}.`,
  });
}

function notAsRead(text: SourceText, span: Span, near: string | undefined): Problem {
  return problemAt(
    'directive-unknown',
    'this comment looks like a line for Roadbook, but is not read as one',
    text,
    span,
    {
      hint: `Write it as \`-- roadbook:${near} …\`, in lower case and without spaces around the colon, or put it in other words.`,
    },
  );
}

function inside(text: SourceText, span: Span): Problem {
  return problemAt('directive-misplaced', 'a line for Roadbook stands inside a statement', text, span, {
    hint: 'Put it above the statement, or end the statement before it with a semicolon.',
  });
}

function behind(text: SourceText, span: Span): Problem {
  return problemAt('directive-misplaced', 'a line for Roadbook stands behind something else', text, span, {
    hint: 'Put it on a line of its own.',
  });
}
