// Which databases do the cases of all kinds begin with?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAbout, parseCase } from '../../harness/case.ts';

const folder = join(import.meta.dirname, '../../cases');

/** What belongs to the whole server would be there twice; what a DO block or a write to a system catalog does nobody can tell from its text. */
const leftOut = /\bcreate\s+(role|user|group|subscription|tablespace|database)\b|^\s*do\b|\bupdate\s+pg_/im;

/** Each once, with the name of a case that has it. */
export function textsFor(major: number): readonly { readonly path: string; readonly before: string }[] {
  const found = new Map<string, string>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!path.endsWith('.md')) continue;
    const parsed = parseCase(readFileSync(join(folder, path), 'utf8'), path);
    const { before } = parsed;
    if (before !== '' && isAbout(parsed, major) && !leftOut.test(before) && !found.has(before)) found.set(before, path);
  }
  return [...found].map(([before, path]) => ({ path, before }));
}
