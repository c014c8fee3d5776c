// What does the comment at the top of a file say the migration is for?
import type { Comment } from '../model/statement.ts';

/** The first run of comment lines without their marks; lines for Roadbook are left out, a blank line ends it. */
export function describe(comments: readonly Comment[], source: string): string {
  const lines: string[] = [];
  let end = -1;
  for (const { text, start, end: nextEnd } of comments) {
    const lineBreaks = end < 0 ? 0 : (source.slice(end, start).match(/\r\n|\n|\r/g)?.length ?? 0);
    if (lines.length > 0 && lineBreaks > 1) break;
    end = nextEnd;
    if (!/^--\s*roadbook:/.test(text)) lines.push(...bare(text));
  }
  return lines.join('\n').trim();
}

function bare(comment: string): string[] {
  if (comment.startsWith('--')) return [comment.replace(/^-+\s?/, '').trimEnd()];
  return comment
    .slice(2, -2)
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd());
}

/** The `//` lines above `export default`. */
export function describeModule(source: string): string {
  const [lines = ''] = /(?:^[ \t]*\/\/[^\n]*\n)+(?=export default)/m.exec(source.replace(/\r\n?/g, '\n')) ?? [];
  return lines.replace(/^[ \t]*\/\/ ?/gm, '').trim();
}
