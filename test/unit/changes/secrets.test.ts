// Is a password or the like named as a hazard, and kept out of everything that is said or stored?
import { describe, expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { findings } from '../../../src/check/findings.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import { loadParser } from '../../../src/sql/index.ts';

const judge = createJudge(changes);

async function said(sql: string) {
  const { statements } = (await loadParser()).split(sql, 'm.sql');
  const judged = judge(statements, nothingKnown);
  const migration = {
    id: 'm',
    path: 'm.sql',
    format: 'sql',
    text: sql,
    digest: '',
    description: '',
    options: {},
    statements,
    verify: [],
    undo: null,
    ignores: [],
    checksum: '',
    problems: [],
  } as const;
  return { judged, problems: findings(migration, 'm.sql', judged.changes) };
}

const secret = 'Tr0ub4dor&3';

describe.each([
  `CREATE ROLE app LOGIN PASSWORD '${secret}'`,
  `CREATE USER app ENCRYPTED PASSWORD E'${secret}'`,
  `ALTER ROLE app WITH PASSWORD $pw$${secret}$pw$`,
  `ALTER ROLE app SET app.jwt_secret = '${secret}'`,
  `ALTER DATABASE app SET app.api_key TO '${secret}'`,
  `ALTER SYSTEM SET primary_conninfo = 'host=h password=${secret}'`,
  `ALTER SYSTEM SET ssl_passphrase = '${secret}'`,
  `CREATE SUBSCRIPTION s CONNECTION 'host=h password=${secret}' PUBLICATION p`,
  `ALTER SUBSCRIPTION s CONNECTION 'postgresql://u:${secret}@h/d'`,
  `CREATE FOREIGN DATA WRAPPER w OPTIONS (token '${secret}')`,
  `ALTER SERVER s OPTIONS (ADD passwd '${secret}')`,
  `CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password '${secret}')`,
  `ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET "password" '${secret}')`,
  `CREATE FOREIGN TABLE t (a int) SERVER s OPTIONS (access_token '${secret}')`,
  `ALTER FOREIGN TABLE t OPTIONS (ADD access_token '${secret}')`,
])('%s', (sql) => {
  test('is a hazard', async () => {
    const { problems } = await said(sql);
    expect(problems.map(({ code }) => code)).toContain('password-in-migration');
  });

  test('is said and stored without it, on the line before another hazard too', async () => {
    const { judged, problems } = await said(`${sql};\nDROP OWNED BY somebody;`);
    expect(problems.at(-1)?.frame).toContain('DROP OWNED');
    expect(JSON.stringify({ judged, problems })).not.toContain(secret);
  });
});

test.each([
  'ALTER ROLE app PASSWORD NULL',
  "ALTER ROLE app SET password_encryption = 'scram-sha-256'",
  "ALTER SYSTEM SET ssl_key_file = 'server.key'",
  "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (DROP password, SET password_required 'false')",
  "CREATE SUBSCRIPTION s CONNECTION 'host=h passfile=secret.txt' PUBLICATION p",
  "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', sslkey 'client.key')",
])('%s holds no secret', async (sql) => {
  const { problems } = await said(sql);
  expect(problems.map(({ code }) => code)).not.toContain('password-in-migration');
});
