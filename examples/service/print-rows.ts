// Which SQL makes the old rows, for psql?
import { pathToFileURL } from 'node:url';

/** Prints it where the file is what was started: `npx jiti generate.ts --rows 50000 | psql`. */
export function printRows(file: string, statements: (rows: number) => readonly string[]): void {
  const started = process.argv[1];
  if (started === undefined || pathToFileURL(started).href !== file) return;
  const at = process.argv.indexOf('--rows');
  const rows = at < 0 ? 50_000 : Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(rows) || rows < 1) throw new Error('--rows takes a whole number');
  console.log(`BEGIN;\n${statements(rows).join(';\n')};\nCOMMIT;\nANALYZE;`);
}
