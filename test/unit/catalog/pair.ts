// What is a pair: a schema, an alteration of it, and the differences that must come of it?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Pair {
  readonly setup: string;
  readonly alteration: string;
  readonly expected: readonly string[];
  readonly since: number;
  readonly until: number;
}

const folder = join(import.meta.dirname, 'pairs');

/** Blocks between blank lines; each file's first lines say how one is written. */
export function readPairs(): readonly Pair[] {
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split(/\n{2,}/)
      .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith('#')))
      .filter((lines) => lines.length > 0)
      .map((lines): Pair => {
        const at = lines.findIndex((line) => line.startsWith('-> '));
        const limit = (word: string, other: number): number =>
          Number(lines.find((line) => line.startsWith(word))?.slice(word.length) ?? other);
        return {
          setup: lines
            .slice(0, at)
            .filter((line) => !/^(since|until) \d+$/.test(line))
            .join('\n'),
          alteration: lines[at]?.slice(3) ?? '',
          expected: lines.slice(at + 1).filter((line) => line !== '(equal)'),
          since: limit('since ', 0),
          until: limit('until ', Number.POSITIVE_INFINITY),
        };
      }),
  );
}
