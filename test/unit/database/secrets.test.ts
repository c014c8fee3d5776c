import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/database/connect.ts';
import { redact } from '../../../src/database/redact.ts';
import { resolveTarget, type Target } from '../../../src/database/target.ts';
import { fatal, type Listening, listen, message } from '../../harness/fake-server.ts';
import { type OwnServer, startServer } from '../../harness/own-server.ts';

let server: OwnServer;
let echo: Listening;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'roadbook-secrets-'));
  server = await startServer({
    hba: ['host all locked 127.0.0.1/32 scram-sha-256', 'host all postgres 127.0.0.1/32 trust'],
  });
  const connection = await connect(target(`postgres://postgres@127.0.0.1:${server.port}/postgres`));
  await connection.run(`create role locked login password 'another'`);
  await connection.close();
  // Asks for the password in the clear, and says it back in its error.
  echo = await listen((socket) => {
    let asked = false;
    socket.on('data', (chunk) => {
      if (chunk.length === 8) return socket.write('N');
      if (!asked) {
        asked = true;
        return socket.write(message('R', Buffer.from([0, 0, 0, 3])));
      }
      socket.end(fatal('28000', `you said ${chunk.toString('utf8', 5, chunk.length - 1)}`));
    });
  });
});
afterAll(async () => {
  await Promise.all([server.stop(), echo[Symbol.asyncDispose]()]);
  rmSync(folder, { recursive: true });
});

function target(url: string, env = {}): Target {
  const found = resolveTarget({ database: url, env: { HOME: folder, ...env } });
  if (!found) throw new Error('no target');
  return found;
}

/** Everything about an object that could be printed or written somewhere. */
function shown(value: unknown): string {
  const stack = value instanceof Error ? value.stack : '';
  const cause = value instanceof Error && value.cause ? shown(value.cause) : '';
  return [inspect(value, { depth: null, showHidden: true }), JSON.stringify(value), String(value), stack, cause].join(
    '\n',
  );
}

// Begins so that it cannot be a piece of an ordinary text; then whatever people put into passwords.
const secret = fc
  .string({ unit: fc.constantFrom(...'abzAZ09@:/?#%&=+ \'"\\$é😀,;[]'), minLength: 0, maxLength: 8 })
  .map((tail) => `Zq7x${tail}`);

async function failure(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}

describe('a secret never shows', () => {
  test('in a URL, encoded or not, right or broken', async () => {
    const hosts = fc.constantFrom('127.0.0.1:1', 'no-such-host.invalid', '127.0.0.1:x', '[::1', 'h:1,h:2');
    const tails = fc.constantFrom('/d', '/d?sslmode=no', '/d?schema=x', '', '?a');
    await fc.assert(
      fc.asyncProperty(secret, hosts, tails, fc.boolean(), async (password, host, tail, encoded) => {
        const url = `postgres://u:${encoded ? encodeURIComponent(password) : password}@${host}${tail}`;
        const outcome = await failure(() => resolveTarget({ database: url, env: { HOME: folder } }));
        expect(shown(outcome)).not.toContain('Zq7x');
        expect(redact(`cannot connect to ${url} now`)).not.toContain('Zq7x');
      }),
      { numRuns: 300 },
    );
  });

  test('in what a refused connection says', async () => {
    await fc.assert(
      fc.asyncProperty(
        secret,
        fc.constantFrom('url', 'variable', 'file'),
        fc.boolean(),
        async (password, where, echoed) => {
          const port = echoed ? echo.port : server.port;
          const env: Record<string, string> = {};
          if (where === 'variable') env.PGPASSWORD = password;
          if (where === 'file') {
            env.PGPASSFILE = join(folder, 'pass');
            writeFileSync(env.PGPASSFILE, `*:*:*:*:${password.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 });
          }
          const given = where === 'url' ? `:${encodeURIComponent(password)}` : '';
          const to = target(`postgres://locked${given}@127.0.0.1:${port}/postgres`, env);
          expect(shown(to)).not.toContain('Zq7x');
          const error = await failure(() => connect(to));
          expect(error).toBeInstanceOf(Error);
          expect(shown(error)).not.toContain('Zq7x');
        },
      ),
      { numRuns: 40 },
    );
  });

  test('in a connection that stands', async () => {
    await using connection = await connect(
      target(`postgres://postgres:Zq7xsecret@127.0.0.1:${server.port}/postgres?sslpassword=Zq7xkey`),
    );
    expect(shown(connection)).not.toContain('Zq7x');
    expect(shown(await failure(() => connection.run('select 1/0')))).not.toContain('Zq7x');
  });
});

test('redact leaves the rest of a text as it is', () => {
  expect(redact('postgres://u:p@h/d is here')).toBe('postgres://u:****@h/d is here');
  expect(redact('mysql://a:b@c and password=x user=y')).toBe('mysql://a:****@c and password=**** user=y');
  expect(redact('see https://host:8080/path for more')).toBe('see https://host:8080/path for more');
  expect(redact('PGPASSWORD=abc psql')).toBe('PGPASSWORD=**** psql');
  expect(redact('it was tiger7', ['tiger7'])).toBe('it was ****');
});
