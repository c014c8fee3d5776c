// What is the same program, whatever its white space, comments, quotes and types?
import { createHash } from 'node:crypto';
import { sourceScheme } from './source-scheme.ts';
import { printedProgram } from './user-module.ts';

/** `ts1:` and SHA-256 over the program as it is compiled. Made only of a file that could be loaded. */
export async function sourceSum(source: string, path: string): Promise<string> {
  const printed = await printedProgram(source, path);
  return `${sourceScheme}:${createHash('sha256').update(printed).digest('hex')}`;
}
