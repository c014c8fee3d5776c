// Is what the preflight says of the examples so, and does PostgreSQL take or refuse them accordingly?
import { project } from '../plan/project.ts';
import { enumExamples } from './enum-examples.ts';
import { partitionExamples } from './partition-examples.ts';
import { type Example, typeExamples } from './type-examples.ts';

const codes: ReadonlySet<string> = new Set([
  'values-refused',
  'values-changed',
  'words-without-label',
  'label-unknown',
  'type-needs-using',
  'default-in-the-way',
  'rows-outside-partition',
  'rows-for-new-partition',
  'rows-not-asked',
]);

export const examples = [...typeExamples, ...enumExamples, ...partitionExamples];
/** What makes the preflight doubt all that comes after it stands in a plan of its own. */
export const plans = [
  examples.filter(({ alone }) => alone !== true),
  ...examples.filter(({ alone }) => alone).map((one) => [one]),
];

/** Each example in a schema of its own, as a migration of its own. */
export async function wrongIn(all: readonly Example[], major: number): Promise<readonly unknown[]> {
  const given = all.filter(({ since = 0 }) => major >= since);
  const schema = (at: number) => `s${at}`;
  const path = (at: number) => `SET search_path = ${schema(at)}`;
  const before = given.map((example, at) => `CREATE SCHEMA ${schema(at)}; ${path(at)}; ${example.before};`).join('\n');
  const files = given.map(({ sql }, at): [string, string] => [
    `2026010100${String(Math.floor(at / 60)).padStart(2, '0')}${String(at % 60).padStart(2, '0')}_change.sql`,
    `${path(at)};\n${sql};`,
  ]);
  await using home = await project(Object.fromEntries(files), {
    major,
    before: `${before} RESET search_path; ANALYZE`,
  });
  const { migrations } = await home.plan();
  const wrong: unknown[] = [];
  for (const [at, example] of given.entries()) {
    const problems = (migrations[at]?.problems ?? []).filter(({ code }) => codes.has(code));
    const refused = await home.database.query(`BEGIN; ${path(at)}; ${example.sql}; ROLLBACK`).then(
      () => null,
      async (error: unknown) => {
        await home.database.query('ROLLBACK');
        return error instanceof Error ? error.message : 'refused';
      },
    );
    const told = problems.map(({ code }) => code);
    const isError = problems.some(({ severity }) => severity === 'error');
    if (isError !== (refused !== null) || told.join() !== example.told.join())
      wrong.push({ is: example.is, problems, refused });
    const said = JSON.stringify(problems).replaceAll(`${schema(at)}.`, 'public.');
    for (const words of example.says ?? []) {
      if (!said.includes(JSON.stringify(words).slice(1, -1))) wrong.push({ is: example.is, words, problems });
    }
  }
  return wrong;
}
