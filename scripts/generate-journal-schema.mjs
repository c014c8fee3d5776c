// How do the journal's SQL files get into the program? Writes src/journal/schema.ts; --check only says whether it is in sync.
// @ts-check
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/journal/schema/', import.meta.url));
const target = fileURLToPath(new URL('../src/journal/schema.ts', import.meta.url));

const files = readdirSync(folder)
  .filter((name) => /^\d{4}\.sql$/.test(name))
  .sort();
files.forEach((name, index) => {
  if (Number(name.slice(0, 4)) !== index + 1)
    throw new Error(`src/journal/schema/${name}: expected number ${index + 1}`);
});

const literals = files.map((name) => {
  const sql = readFileSync(join(folder, name), 'utf8')
    .replace(/\r\n/g, '\n')
    .replace(/[\\`]|\$\{/g, '\\$&');
  return `  {\n    number: ${Number(name.slice(0, 4))},\n    sql: \`${sql}\`,\n  },\n`;
});
const text = `// Which SQL creates and upgrades the journal? Generated from src/journal/schema/*.sql by scripts/generate-journal-schema.mjs.

/** One numbered file of the journal's schema. */
export interface Upgrade {
  readonly number: number;
  readonly sql: string;
}

export const upgrades: readonly Upgrade[] = Object.freeze([
${literals.join('')}]);
`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error(
      'src/journal/schema.ts is not what src/journal/schema/*.sql says: run node scripts/generate-journal-schema.mjs',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
