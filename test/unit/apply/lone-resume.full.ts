// Are DROP INDEX and DETACH PARTITION taken up again wherever they were cut off?
import { afterAll, beforeAll } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { cases, cutOff } from './cut-off.ts';
import { buildRunner, type Runner } from './runner.ts';

let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(() => runner[Symbol.dispose]());

cutOff('DROP INDEX', cases['DROP INDEX'], () => runner);
cutOff('DETACH PARTITION', cases['DETACH PARTITION'], () => runner);
for (const [name, wish] of Object.entries(cases)) cutOff(name, wish, () => runner, majors[0]);
