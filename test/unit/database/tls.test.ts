import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/database/connect.ts';
import { type Authority, newAuthority } from '../../harness/certificates.ts';
import { type OwnServer, startServer } from '../../harness/own-server.ts';
import { serverUrl } from '../../harness/servers.ts';
import { problemOf, to } from './to.ts';

let folder: string;
let authority: Authority;
let good: OwnServer;
let expired: OwnServer;
const path = (name: string) => join(folder, name);

function put(name: string, content: string): void {
  writeFileSync(path(name), content, { mode: 0o600 });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'roadbook-tls-'));
  authority = newAuthority('Test authority');
  const server = authority.issue({ commonName: 'db.example', names: ['localhost', 'db.example'] });
  const old = authority.issue({
    commonName: 'localhost',
    names: ['localhost'],
    from: new Date('2020-01-01'),
    to: new Date('2021-01-01'),
  });
  const client = authority.issue({ commonName: 'carol' });
  put('ca.crt', authority.certificate);
  put('other-ca.crt', newAuthority('Another authority').certificate);
  put('carol.crt', client.certificate);
  put('carol.key', client.key);
  put('open.key', client.key);
  chmodSync(path('open.key'), 0o644);
  const tls = { ssl: 'on', ssl_cert_file: 'tls.crt', ssl_key_file: 'tls.key', ssl_ca_file: 'ca.crt' };
  const files = { 'tls.crt': server.certificate, 'tls.key': server.key, 'ca.crt': authority.certificate };
  [good, expired] = await Promise.all([
    startServer({
      settings: tls,
      files,
      hba: [
        'hostssl all carol 127.0.0.1/32 cert',
        'hostnossl all plain 127.0.0.1/32 trust',
        'hostssl all postgres 127.0.0.1/32 trust',
      ],
    }),
    startServer({ settings: tls, files: { ...files, 'tls.crt': old.certificate, 'tls.key': old.key } }),
  ]);
  await using connection = await connect(to(`${good.url}?sslmode=require`));
  await connection.run('create role carol login; create role plain login');
});

afterAll(async () => {
  await Promise.all([good.stop(), expired.stop()]);
  rmSync(folder, { recursive: true });
});

const at = (query: string, { user = 'postgres', host = 'localhost', server = good } = {}) =>
  to(`postgres://${user}@${host}:${server.port}/postgres?${query}`);
const encrypted = async (...given: Parameters<typeof at>) => {
  await using connection = await connect(at(...given));
  const { rows } = await connection.query<{ ssl: boolean }>('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
  return rows[0]?.ssl;
};

describe('sslmode', () => {
  test.each([
    ['prefer', 'sslmode=prefer', 'postgres', true],
    ['prefer, where only the clear is allowed', 'sslmode=prefer', 'plain', false],
    ['nothing said', '', 'postgres', true],
    ['allow, where only TLS is allowed', 'sslmode=allow', 'postgres', true],
    ['allow, where the clear is allowed', 'sslmode=allow', 'plain', false],
    ['require, which trusts anyone', 'sslmode=require', 'postgres', true],
    ['ssl=true, as JDBC writes require', 'ssl=true', 'postgres', true],
    ['disable', 'sslmode=disable', 'plain', false],
  ])('%s', async (_, query, user, expected) => {
    expect(await encrypted(query, { user })).toBe(expected);
  });

  test('verify-ca leaves the name alone, verify-full does not', async () => {
    expect(await encrypted(`sslmode=verify-ca&sslrootcert=${path('ca.crt')}`, { host: '127.0.0.1' })).toBe(true);
    expect(await encrypted(`sslmode=verify-full&sslrootcert=${path('ca.crt')}`)).toBe(true);
    const found = await problemOf(() =>
      connect(at(`sslmode=verify-full&sslrootcert=${path('ca.crt')}`, { host: '127.0.0.1' })),
    );
    expect(found).toMatchObject({
      code: 'certificate-name',
      reason: 'connection',
      detail: expect.stringContaining('127.0.0.1'),
    });
  });

  test('verify-full takes the name from host and the place from hostaddr', async () => {
    const query = `sslmode=verify-full&hostaddr=127.0.0.1&sslrootcert=${path('ca.crt')}`;
    expect(await encrypted(query, { host: 'db.example' })).toBe(true);
    expect(await problemOf(() => connect(at(query, { host: 'db2.example' })))).toMatchObject({
      code: 'certificate-name',
    });
  });

  test('require with a root certificate verifies like verify-ca', async () => {
    expect(await encrypted(`sslmode=require&sslrootcert=${path('ca.crt')}`, { host: '127.0.0.1' })).toBe(true);
    const found = await problemOf(() => connect(at(`sslmode=require&sslrootcert=${path('other-ca.crt')}`)));
    expect(found).toMatchObject({ code: 'certificate-untrusted', detail: expect.stringContaining('other-ca.crt') });
  });

  test('a root certificate in ~/.postgresql counts', async () => {
    mkdirSync(path('home/.postgresql'), { recursive: true });
    put('home/.postgresql/root.crt', authority.certificate);
    const target = to(`postgres://postgres@localhost:${good.port}/postgres?sslmode=verify-full`, {
      HOME: path('home'),
    });
    await using connection = await connect(target);
    expect(connection.server.user).toBe('postgres');
  });

  test('verify-full without any root certificate says which file is missing', async () => {
    const found = await problemOf(() => connect(at('sslmode=verify-full')));
    expect(found).toMatchObject({
      code: 'certificate-file',
      message: 'the root certificate /nonexistent/.postgresql/root.crt does not exist',
    });
  });

  test('sslrootcert=system trusts public authorities, not ours', async () => {
    const found = await problemOf(() => connect(at('sslrootcert=system')));
    expect(found).toMatchObject({ code: 'certificate-untrusted' });
  });

  test('an expired certificate', async () => {
    const query = `sslmode=verify-full&sslrootcert=${path('ca.crt')}`;
    const found = await problemOf(() => connect(at(query, { server: expired })));
    expect(found).toMatchObject({ code: 'certificate-expired', message: expect.stringMatching(/has expired$/) });
    expect(await encrypted('sslmode=require', { server: expired })).toBe(true);
  });

  test('PGSSLMODE and PGSSLROOTCERT fill what the URL leaves out', async () => {
    const env = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: path('other-ca.crt') };
    const found = await problemOf(() => connect(to(`postgres://postgres@localhost:${good.port}/postgres`, env)));
    expect(found).toMatchObject({ code: 'certificate-untrusted' });
  });
});

describe('a client certificate', () => {
  test('opens the door', async () => {
    expect(
      await encrypted(`sslmode=require&sslcert=${path('carol.crt')}&sslkey=${path('carol.key')}`, { user: 'carol' }),
    ).toBe(true);
  });

  test('is asked for where it is missing', async () => {
    const found = await problemOf(() => connect(at('sslmode=require', { user: 'carol' })));
    expect(found).toMatchObject({ code: 'client-certificate-required', hint: expect.stringContaining('sslcert=PATH') });
  });

  test('must not have a key that others can read', async () => {
    const query = `sslmode=require&sslcert=${path('carol.crt')}&sslkey=${path('open.key')}`;
    const found = await problemOf(() => connect(at(query, { user: 'carol' })));
    expect(found).toMatchObject({ code: 'client-key-rights', hint: `Run: chmod 600 ${path('open.key')}` });
  });

  test('of a stranger is refused', async () => {
    const stranger = newAuthority('Stranger').issue({ commonName: 'carol' });
    put('stranger.crt', stranger.certificate);
    put('stranger.key', stranger.key);
    const query = `sslmode=require&sslcert=${path('stranger.crt')}&sslkey=${path('stranger.key')}`;
    const found = await problemOf(() => connect(at(query, { user: 'carol' })));
    expect(found.code).toBe('client-certificate-required');
  });
});

test('a server that wants TLS says so to sslmode=disable', async () => {
  const found = await problemOf(() => connect(at('sslmode=disable')));
  expect(found).toMatchObject({
    code: 'ssl-required',
    reason: 'connection',
    hint: expect.stringContaining('sslmode=require'),
  });
});

test('a server without TLS says so to sslmode=require', async () => {
  const found = await problemOf(() => connect(to(`${serverUrl()}?sslmode=require`)));
  expect(found).toMatchObject({ code: 'ssl-unsupported', hint: expect.stringContaining('ssl on at the server') });
});

test('cancelling works through TLS', async () => {
  await using connection = await connect(at('sslmode=require'));
  const sleeping = expect(connection.query('select pg_sleep(20)')).rejects.toMatchObject({ sqlstate: '57014' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await connection.cancel();
  await sleeping;
});
