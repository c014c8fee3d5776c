import { describe, expect, test } from 'vitest';
import { resolveTarget } from '../../../src/database/target.ts';
import { problemOf, to } from './to.ts';

const problem = (database: string, env = {}) => problemOf(() => resolveTarget({ database, env }));

describe('where the URL comes from', () => {
  const env = { DATABASE_URL: 'postgres://u@env/d' };
  const host = (target: ReturnType<typeof resolveTarget>) => [target?.source, target?.hosts[0]?.name];

  test('the option, then DATABASE_URL, then the configuration, then nowhere', () => {
    const configured = 'postgres://u@conf/d';
    expect(host(resolveTarget({ database: 'postgres://u@opt/d', env, configured }))).toEqual(['option', 'opt']);
    expect(host(resolveTarget({ env, configured }))).toEqual(['environment', 'env']);
    expect(host(resolveTarget({ env: { DATABASE_URL: '' }, configured }))).toEqual(['configuration', 'conf']);
    expect(resolveTarget({ env: { PGHOST: 'h' } })).toBeNull();
  });

  test('an empty option is wrong use', async () => {
    expect(await problemOf(() => resolveTarget({ database: ' ', env }))).toMatchObject({
      code: 'database-url',
      reason: 'usage',
    });
  });
});

describe('a URL', () => {
  test('with everything in it', () => {
    const target = to(
      'postgresql://us%40er:p%3Aw@h1:5433,[::1],h3:5435/da%2Fta?sslmode=verify-full&sslrootcert=/ca.crt&options=-c%20a%3Db&application_name=mine&connect_timeout=3&target_session_attrs=primary',
    );
    expect(target).toMatchObject({
      user: 'us@er',
      database: 'da/ta',
      options: '-c a=b',
      applicationName: 'mine',
      connectTimeoutMs: 3000,
      sessionAttributes: 'primary',
      ssl: { mode: 'verify-full', rootCertificate: '/ca.crt' },
    });
    expect(target.hosts).toEqual([
      { name: 'h1', port: 5433 },
      { name: '::1', port: 5432 },
      { name: 'h3', port: 5435 },
    ]);
    expect(target.password?.()).toBe('p:w');
  });

  test('with nothing in it takes the variables, then libpq’s defaults', () => {
    const env = {
      PGHOST: '/run/here',
      PGPORT: '6000',
      PGUSER: 'me',
      PGPASSWORD: 'secret',
      PGSSLMODE: 'disable',
      PGOPTIONS: '-c x=y',
      PGAPPNAME: 'app',
      PGCONNECT_TIMEOUT: '0',
      PGPASSFILE: '~/pass',
    };
    const target = to('postgres://', env);
    expect(target).toMatchObject({
      user: 'me',
      database: 'me',
      options: '-c x=y',
      applicationName: 'app',
      connectTimeoutMs: 0,
      ssl: { mode: 'disable' },
    });
    expect(target.hosts).toEqual([{ name: '/run/here', port: 6000 }]);
    expect(target.passwordFile).toEqual({ path: '/nonexistent/pass', given: true });
    expect(target.password?.()).toBe('secret');
    expect(to('postgres:///d')).toMatchObject({
      hosts: [{ name: '', port: 5432 }],
      connectTimeoutMs: 10_000,
      ssl: { mode: 'prefer' },
    });
  });

  test('is stronger than the variables', () => {
    const target = to('postgres://u:p@h:1/d?sslmode=require', {
      PGHOST: 'x',
      PGPORT: '2',
      PGUSER: 'y',
      PGPASSWORD: 'z',
      PGDATABASE: 'w',
      PGSSLMODE: 'disable',
    });
    expect(target).toMatchObject({
      user: 'u',
      database: 'd',
      hosts: [{ name: 'h', port: 1 }],
      ssl: { mode: 'require' },
    });
    expect(target.password?.()).toBe('p');
  });

  test.each([
    ['?host=/run/pg', [{ name: '/run/pg', port: 5432 }]],
    [
      '?host=a,b&port=1,2',
      [
        { name: 'a', port: 1 },
        { name: 'b', port: 2 },
      ],
    ],
    [
      '?host=a,b&port=7',
      [
        { name: 'a', port: 7 },
        { name: 'b', port: 7 },
      ],
    ],
    ['?hostaddr=10.0.0.1', [{ name: '', address: '10.0.0.1', port: 5432 }]],
  ])('takes hosts as parameters too: %s', (query, hosts) => {
    expect(to(`postgres:///d${query}`).hosts).toEqual(hosts);
  });

  test('keeps + as it is, since libpq does', () => {
    expect(to('postgres://u:a+b@h/d?application_name=x+y')).toMatchObject({ applicationName: 'x+y' });
  });

  test('leaves alone what has no effect here', () => {
    expect(
      to('postgres://u@h/d?gssencmode=prefer&channel_binding=prefer&keepalives_count=3&tcp_user_timeout=5').user,
    ).toBe('u');
  });
});

describe('a wrong URL', () => {
  test.each([
    ['mysql://u:s3cret@h/d', 'the database URL begins with mysql:, which is not PostgreSQL'],
    ['http://u:s3cret@h/d', 'the database URL begins with http:, which is not PostgreSQL'],
    [
      'prisma://accelerate/?api_key=s3cret',
      'the database URL begins with prisma:, which leads to Prisma’s own service',
    ],
    ['jdbc:postgresql://h/d?password=s3cret', 'the database URL is one for the JDBC driver'],
    ['"postgres://u:s3cret@h/d"', 'the database URL has quotes around it'],
    ['host=h password=s3cret', 'the database is given as keywords, not as a URL'],
    ['s3cret', 'the database URL does not begin with postgres:// or postgresql://'],
    ['postgres://u:s3@cret@h/d', 'the database URL has more than one @ before the database name'],
    ['postgres://u:s3/cret@h/d', 'the database URL has a / before the @'],
    ['postgres://u:s3%cret@h/d', 'the password in the database URL is not percent-encoded correctly'],
    ['postgres://u:s3%00cret@h/d', 'the password in the database URL is not percent-encoded correctly'],
    ['postgres://u:s3cret@h:port/d', 'the host or port in the database URL cannot be read'],
    ['postgres://u:s3cret@h:99999/d', 'the port is not between 1 and 65535'],
    ['postgres://u:s3cret@h/d?sslmode=yes', 'sslmode has a value that is not one of libpq’s'],
    ['postgres://u:s3cret@h/d?sslmode', 'a parameter in the database URL has no value'],
    ['postgres://u:s3cret@h/d?connect_timeout=soon', 'connect_timeout is not a whole number'],
    ['postgres://u:s3cret@h/d?schema=public', 'the database URL has a parameter that PostgreSQL does not know: schema'],
    ['postgres://u:s3cret@h/d?pgbouncer=true', 'pgbouncer'],
    ['postgres://u:s3cret@h/d?service=x', 'the database URL has a parameter that Roadbook does not support: service'],
    [
      'postgres://u:s3cret@h/d?sslrootcert=system&sslmode=require',
      'sslrootcert=system goes with sslmode=verify-full only',
    ],
    ['postgres://u:s3?cret@h/d', 'the database URL has a ? before the @'],
    ['postgres://u:s3cret@a,b/d?port=1,2,3', 'the number of ports does not fit the number of hosts'],
  ])('%s', async (url, message) => {
    const found = await problem(url);
    expect(found).toMatchObject({
      code: 'database-url',
      reason: 'usage',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\.$/),
    });
    expect(JSON.stringify(found)).not.toMatch(/s3|cret@/);
  });

  test('Prisma’s parameters are explained', async () => {
    expect((await problem('postgres://u@h/d?schema=x')).hint).toContain('options=-c%20search_path%3DNAME');
    expect((await problem('postgres://u@h/d?pgbouncer=true')).hint).toContain('directUrl');
    expect((await problem('postgres://u@h/d?sslmode=no-verify')).hint).toContain('is require in libpq');
  });

  test('PGSERVICE is said to be unsupported', async () => {
    expect(await problem('postgres://u@h/d', { PGSERVICE: 'prod' })).toMatchObject({
      message: expect.stringContaining('PGSERVICE'),
    });
  });
});
