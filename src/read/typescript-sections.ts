// Where in a TypeScript file does the SQL stand that it exports?
import { lex } from '../sql/lexer.ts';
import type { Parser } from '../sql/parser.ts';
import { problemAt, type SourceText } from '../sql/problem-at.ts';
import type { ParsedStatement } from '../sql/split.ts';
import { describeModule } from './description.ts';
import { readSections, type Sections, withoutErrors } from './sections.ts';
import { unwrap } from './transaction-marks.ts';
import type { ModuleTexts } from './typescript-module.ts';
import { onlyReads } from './verify-section.ts';

export interface PlacedSections extends Sections {
  /** What the statements' offsets count in. */
  readonly source: string;
}

/** Holds after a comment to the line's end, too. */
const between = '\n;\n';

interface Placed {
  readonly text: string;
  readonly offset: number;
}

/**
 * SQL that stands in the file as it is keeps its place there. Where one piece was put together by the program, all
 * places count in the pieces joined.
 */
export function readTypescript(file: SourceText, { up, verify, undo }: ModuleTexts, parser: Parser): PlacedSections {
  const pieces = [...up, ...verify, ...(undo ?? [])];
  const inFile = findAll(file.source, pieces);
  const source = inFile ? file.source : pieces.join(between);
  const offsets =
    inFile ??
    pieces.map((_, index) => pieces.slice(0, index).reduce((sum, { length }) => sum + length + between.length, 0));
  const placed = pieces.map((text, index): Placed => ({ text, offset: offsets[index] ?? 0 }));
  const text = { source, file: inFile ? file.file : `${file.file} (its SQL)` };
  const take = (from: number, count: number) => placed.slice(from, from + count);

  const main = readSections({ ...text, source: only(source, take(0, up.length)) }, parser);
  const checks = parse(text, take(up.length, verify.length), parser);
  const back = undo && unwrap(text, parse(text, take(up.length + verify.length, undo.length), parser));
  const problems = [...main.problems, ...onlyReads(text, checks), ...(back?.problems ?? [])];
  if (main.undo !== null || main.verify.length > 0) {
    problems.push(
      problemAt(
        'section-misplaced',
        'the SQL of up has a section for verifying or undoing',
        text,
        { start: placed[0]?.offset ?? 0, end: 0 },
        {
          hint: 'Give that SQL to defineMigration as verify or undo.',
        },
      ),
    );
  }
  return {
    ...main,
    description: main.description || describeModule(file.source),
    source,
    verify: checks,
    undo: back ? back.statements : null,
    problems: withoutErrors(problems),
  };
}

function parse(text: SourceText, pieces: readonly Placed[], parser: Parser): readonly ParsedStatement[] {
  return pieces.flatMap((piece) => parser.split(only(text.source, [piece]), text.file).statements);
}

/** Each piece's place; null where one is not there to the letter, or where nothing can be put behind it. */
function findAll(source: string, pieces: readonly string[]): readonly number[] | null {
  const ends = new Map<string, number>();
  const offsets = pieces.map((piece) => {
    const offset = source.indexOf(piece, ends.get(piece) ?? 0);
    ends.set(piece, offset + piece.length);
    return offset;
  });
  const spans = pieces
    .map(({ length }, index) => ({ start: offsets[index] ?? -1, length }))
    .sort((a, b) => a.start - b.start);
  const apart = spans.every(
    ({ start }, index) => start >= 0 && start > (spans[index - 1]?.start ?? -1) + (spans[index - 1]?.length ?? 0),
  );
  return apart && !pieces.some(endsInComment) ? offsets : null;
}

function endsInComment(piece: string): boolean {
  const last = lex(piece).at(-1);
  return last?.kind === 'comment' && last.end === piece.length && piece.startsWith('--', last.start);
}

/** The text with everything but the pieces made blank, a semicolon in place of each closing quote, so that all offsets stay. */
function only(source: string, pieces: readonly Placed[]): string {
  let text = '';
  for (const piece of pieces.toSorted((a, b) => a.offset - b.offset)) {
    text += `${blank(source.slice(text.length, piece.offset))}${piece.text}`;
    if (text.length < source.length) text += source.startsWith(between, text.length) ? between : ';';
  }
  return text + blank(source.slice(text.length));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
