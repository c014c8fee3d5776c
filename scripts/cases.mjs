// Runs the cases and says how many there are and what they prove: npm run cases [-- --update] [-- --full] [a part of a path, or several with commas]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const words = process.argv.slice(2);
const wrong = words.filter((word) => word.startsWith('-') && word !== '--update' && word !== '--full');
if (wrong.length > 0) {
  console.error(
    `cases: there is no ${wrong[0]}; there are --update, which writes the report, locks and plan blocks, and --full, all versions`,
  );
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'roadbook-cases-'));
const file = join(folder, 'summary.json');
const env = { ...process.env, ROADBOOK_CASES_SUMMARY: file };
if (words.includes('--update')) env.ROADBOOK_CASES_UPDATE = '1';
if (words.includes('--full')) env.ROADBOOK_FULL = '1';
const part = words.find((word) => !word.startsWith('-'));
if (part) env.ROADBOOK_CASES_ONLY = part;
const { status } = spawnSync('npx', ['vitest', 'run', 'test/cases'], { stdio: 'inherit', env });
if (existsSync(file)) {
  const { cases, proofs, versions, needless } = JSON.parse(readFileSync(file, 'utf8'));
  for (const { kind, declared } of needless)
    console.log(`${kind} declares more than any of its cases takes: ${declared.join('; ')}`);
  console.log(`${cases} cases, ${proofs} proofs, on PostgreSQL ${versions.join(', ')}`);
}
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
