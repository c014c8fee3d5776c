// The command line as a process: what it writes where, and how it ends.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('test/unit/cli/injected.ts');
});
afterAll(() => program[Symbol.dispose]());

describe('wrong use', () => {
  test('an unknown verb names the one that was probably meant', async () => {
    const { code, stdout, stderr } = await program.run(['fial']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatchInlineSnapshot(`
      "error  unknown verb fial [usage]
       hint  Did you mean roadbook fail? Run roadbook help to see the verbs.
      "
    `);
  });

  test('a word of another tool names ours', async () => {
    expect((await program.run(['say'])).stderr).toContain('Did you mean roadbook echo?');
  });

  test('names that every object has are no verbs', async () => {
    expect((await program.run(['constructor'])).code).toBe(2);
    expect((await program.run(['echo', 'x', '--constructor'])).stderr).toContain('unknown option --constructor');
  });

  test('an unknown option names the one that was probably meant', async () => {
    const { code, stderr } = await program.run(['echo', 'x', '--databse', 'postgres://h/d']);
    expect(code).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "error  unknown option --databse [usage]
       hint  Did you mean --database? Run roadbook help echo to see its options.
      "
    `);
  });

  test('a URL in the wrong place does not show its password', async () => {
    expect((await program.run(['postgres://me:sesame@host/db'])).stderr).toContain(
      'unknown verb postgres://me:****@host/db',
    );
    expect((await program.run(['echo', 'a', 'postgres://me:sesame@host/db'])).stderr).not.toContain('sesame');
  });

  test('no verb shows help, and is not a success', async () => {
    const { code, stdout, stderr } = await program.run([]);
    expect(code).toBe(2);
    expect(stdout).toContain('Usage');
    expect(stderr).toBe('');
  });
});

describe('--json', () => {
  test('a failure is one document on stdout and nothing on stderr', async () => {
    const { code, stdout, stderr } = await program.run(['fail', '--json']);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      problems: [
        {
          code: 'sample',
          severity: 'error',
          message: 'it does not work',
          hint: 'Do this.',
          where: { file: 'migrations/1_a.sql', line: 2, column: 7 },
        },
        { code: 'other', severity: 'error', message: 'nor does this' },
      ],
      applied: ['0_z'],
      exitCode: 1,
    });
  });

  test.each([[['--json']], [['nope', '--json']], [['--json', 'echo']], [['--json', 'echo', 'x', '--nope']]])(
    'wrong use %j is a document too',
    async (args) => {
      const { code, stdout } = await program.run(args);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'usage' }], exitCode: 2 });
    },
  );

  test('help and version are documents', async () => {
    expect(JSON.parse((await program.run(['--version', '--json'])).stdout)).toMatchObject({ version: '1.2.3' });
    const help = JSON.parse((await program.run(['help', '--json'])).stdout);
    expect(help.verbs.map(({ name }: { name: string }) => name)).toContain('echo');
  });
});

describe('text', () => {
  test('a failure goes to stderr, the most serious last', async () => {
    const { code, stdout, stderr } = await program.run(['fail']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatchInlineSnapshot(`
      "error  it does not work [sample]
         at  migrations/1_a.sql:2:7
       hint  Do this.

      error  nor does this [other]

      2 errors
      "
    `);
  });

  test('a bug shows its stack, asks for a report and keeps secrets', async () => {
    const { code, stderr } = await program.run(['break', '--database', 'postgres://me:sesame@host/db']);
    expect(code).toBe(70);
    expect(stderr).toContain('This is a bug in Roadbook.');
    expect(stderr).toContain(`node ${process.version}`);
    expect(stderr).toMatch(/at .*main\.mjs/);
    expect(stderr).toContain('caused by Error');
    expect(stderr).not.toContain('sesame');
  });

  test.each([
    ['forget', 'nobody waits for me'],
    ['never', 'nothing is left to wait for'],
  ])('what nobody caught is a bug too: %s', async (verb, message) => {
    const { code, stdout } = await program.run([verb, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [{ code: 'bug', message: expect.stringContaining(message) }],
    });
    expect(code).toBe(70);
  });

  test('a bug with --json keeps secrets too', async () => {
    const { code, stdout } = await program.run(['break', '--json'], { env: { PGPASSWORD: 'sesame' } });
    expect(code).toBe(70);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'bug' }], exitCode: 70 });
    expect(stdout).not.toContain('sesame');
  });
});

describe('colour', () => {
  const escapeSign = String.fromCharCode(27);
  test.each([
    ['a pipe', {}, [], false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, [], true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, [], false],
    ['NO_COLOR over FORCE_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    ['--no-color over FORCE_COLOR', { FORCE_COLOR: '1' }, ['--no-color'], false],
  ])('%s', async (_name, env: Record<string, string>, args, colour) => {
    const { stderr } = await program.run(['fail', ...args], { env });
    expect(stderr.includes(escapeSign)).toBe(colour);
  });
});

describe('pipes', () => {
  test('everything is written before the process ends', async () => {
    const { code, stdout } = await program.run(['flood']);
    expect(code).toBe(4);
    expect(stdout).toContain('assertion 19999');
    expect(stdout.endsWith('\n')).toBe(true);
  });

  test('a reader that leaves early does not crash the run', async () => {
    const running = program.start(['flood']);
    running.closeStdout();
    const { code, signal, stderr } = await running.ended;
    expect({ code, signal, stderr }).toEqual({ code: 4, signal: null, stderr: '' });
  });
});

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the verb, which can go on later', async (signal) => {
    const running = program.start(['wait']);
    await running.says('blocked by pid 42 (psql)');
    running.kill(signal);
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(6);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${signal}: stopping`);
    expect(stderr).toContain(`stopped by ${signal}`);
    expect(stderr).toContain('1 migration applied before this stays applied.');
  });

  test('a second one leaves at once', async () => {
    const running = program.start(['deaf']);
    await running.says('Started PostgreSQL');
    running.kill('SIGINT');
    await running.says('stopping');
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(6);
  });

  test('with --json the stop is the document', async () => {
    const running = program.start(['wait', '--json']);
    await running.says('waits for a lock');
    running.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect(code).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'stopped' }], exitCode: 6 });
  });
});

describe('what is understood', () => {
  const understood = async (args: readonly string[]) => {
    const { stdout, stderr } = await program.run([...args, '--json']);
    expect(stderr).toBe('');
    return JSON.parse(JSON.parse(stdout).id);
  };
  test('options before and after the verb, joined and apart', async () => {
    expect(
      await understood([
        '--database',
        'postgres://h/d',
        'echo',
        'word',
        '--wait=1.5m',
        '--times=1_000',
        '-t',
        'there',
        '--migrations=db',
      ]),
    ).toEqual({
      values: { database: 'postgres://h/d', wait: 90_000, times: 1_000, to: 'there', migrations: 'db', json: true },
      positionals: ['word'],
      database: 'postgres://h/d',
      migrations: 'db',
    });
  });

  test.each([
    [['echo'], 'echo needs WORD'],
    [['echo', 'a', 'b'], 'echo does not take "b"'],
    [['echo', 'a', '--wait', '10'], '--wait is not a duration: 10'],
    [['echo', 'a', '--times', '0'], '--times is not a whole number from 1: 0'],
    [['echo', 'a', '--times', '1.5'], '--times is not a whole number from 1: 1.5'],
    [['echo', 'a', '--to'], '--to needs a value'],
    [['echo', 'a', '--to', '--quiet'], '--to needs a value'],
    [['echo', 'a', '--json=yes'], '--json takes no value'],
  ])('%j: %s', async (args, message) => {
    const { code, stdout, stderr } = await program.run(args);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(message.replaceAll('"', stdout === '' ? '"' : '\\"'));
  });
});
