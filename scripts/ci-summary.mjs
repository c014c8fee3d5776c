// How did it all go? The last line of .ci/run: tests that passed and failed, and steps that failed without a test.
// @ts-check
import { readFileSync } from 'node:fs';

const [steps = '0', ...files] = process.argv.slice(2);
let [passed, failed] = [0, 0];
for (const file of files) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  passed += numPassedTests;
  // A file that cannot be loaded has no test that could fail.
  const unloaded = testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ each) =>
      each.status === 'failed' && each.assertionResults.every(({ status }) => status !== 'failed'),
  );
  failed += numFailedTests + unloaded.length;
}
const failures = Math.max(failed, Number(steps));
console.log(`${passed} passed, ${failures} failed`);
if (failures > 0) process.exitCode = 1;
