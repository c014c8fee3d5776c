// How do the journal's SQL files get into the program? Writes a module beside each, and src/journal/schema.ts; --check only says whether they are in sync.
// @ts-check
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/journal/schema/', import.meta.url));
const target = fileURLToPath(new URL('../src/journal/schema.ts', import.meta.url));
const by = 'by scripts/generate-journal-schema.mjs.';

const numbers = readdirSync(folder)
  .filter((name) => /^\d{4}\.sql$/.test(name))
  .map((name) => name.slice(0, 4))
  .sort();
numbers.forEach((number, index) => {
  if (Number(number) !== index + 1) throw new Error(`src/journal/schema/${number}.sql: expected number ${index + 1}`);
});

/** @type {[path: string, text: string][]} */
const modules = numbers.map((number) => {
  const sql = readFileSync(join(folder, `${number}.sql`), 'utf8')
    .replace(/\r\n/g, '\n')
    .replace(/[\\`]|\$\{/g, '\\$&');
  const text = `// What does upgrade ${Number(number)} of the journal do? Generated from ${number}.sql ${by}\nexport const sql = \`${sql}\`;\n`;
  return [join(folder, `${number}.ts`), text];
});

const imports = numbers.map((number) => `import { sql as sql${number} } from './schema/${number}.ts';\n`);
const entries = numbers.map((number) => `  { number: ${Number(number)}, sql: sql${number} },\n`);
const schema = `// Which SQL creates and upgrades the journal? Generated from src/journal/schema/*.sql ${by}
${imports.join('')}
/** One numbered file of the journal's schema. */
export interface Upgrade {
  readonly number: number;
  readonly sql: string;
}

export const upgrades: readonly Upgrade[] = Object.freeze([
${entries.join('')}]);
`;

for (const [path, text] of [...modules, /** @type {const} */ ([target, schema])]) {
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readText(path) !== text) {
    console.error(
      'src/journal/schema.ts is not what src/journal/schema/*.sql says: run node scripts/generate-journal-schema.mjs',
    );
    process.exitCode = 1;
  }
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
