// Does a migration with every sort of stage end the same, whatever happens to the server and the connection while it runs?
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint, readCatalog } from '../../../src/database/catalog/index.ts';
import { Failure } from '../../../src/model/failure.ts';
import { layCable } from '../../harness/cable.ts';
import { type OwnServer, startServer } from '../../harness/own-server.ts';
import { openClient } from '../../harness/relations.ts';
import { majors, newest } from '../../harness/servers.ts';
import { open } from '../journal/open-connection.ts';
import { idOf, type Project, pause, project } from './project.ts';

const rounds = Number(process.env.ROADBOOK_ROUNDS ?? 20);

const schema = `create table users (id uuid primary key, email text, status text, n int not null default 0);
  create table orgs (id bigint primary key); create table old (id int primary key, word text); create index gone on users (n);`;
const rows = `insert into users (id, email, status) select md5(i::text)::uuid, 'u' || i, case when i % 3 = 0 then 'old' end from generate_series(1, 6000) i;
  insert into orgs select generate_series(1, 6000); insert into old select i, 'w' || i from generate_series(1, 3000) i; analyze;`;
const migration = `-- roadbook:option online=always
-- roadbook:option batch=1500
alter table users add column org bigint;
update users set n = n + 1, status = coalesce(status, 'new') where id is not null;
create unique index users_email on users (email);
drop index concurrently gone;
alter table users alter status set not null;
alter table users add constraint users_org foreign key (org) references orgs (id);
alter table users alter n type bigint;
drop table old;
`;

describe.each([majors[0] ?? newest, newest])('on PostgreSQL %i', (major) => {
  let server: OwnServer;
  let home: Project;
  let whole: { readonly state: string; readonly tookMs: number };
  let number = 0;

  const at = (name: string) => {
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  };
  const admin = async (sql: string) => {
    const client = await openClient(server.url);
    await client.query(sql).finally(() => client.end());
  };
  const once = async <Result>(work: (url: string) => Promise<Result>): Promise<Result> => {
    number += 1;
    const name = `round_${number}`;
    await admin(`create database ${name} template begun`);
    try {
      return await work(at(name));
    } finally {
      await admin(`drop database if exists ${name} with (force)`);
    }
  };
  const stateOf = async (url: string): Promise<string> => {
    await using connection = await open(url);
    const catalog = fingerprint(await readCatalog(connection));
    const { rows: found } = await connection.query<Record<string, unknown>>(
      `select md5(string_agg(u::text, chr(10) order by id)) as users, min(n)::int as least, max(n)::int as most,
        (select count(*)::int from roadbook_parked."2026010100000002_old") as parked from users u`.replace(
        '2026010100000002',
        idOf('2').slice(0, 14),
      ),
    );
    return JSON.stringify([catalog, found]);
  };

  beforeAll(async () => {
    server = await startServer({ major, settings: { max_connections: '60' } });
    await admin('create database begun');
    home = await project({ 1: schema, 2: migration }, { url: at('begun') });
    await home.apply({ to: idOf('1') });
    const client = await openClient(at('begun'));
    await client.query(rows).finally(() => client.end());
    whole = await once(async (url) => {
      const since = performance.now();
      await home.apply({ database: url });
      return { tookMs: performance.now() - since, state: await stateOf(url) };
    });
  });
  afterAll(async () => {
    await home?.[Symbol.asyncDispose]();
    await server?.stop();
  });

  /** Something happens at a random moment; then it is run until it is done, and nothing is lost or done twice. */
  const survives = async (happens: (url: string, cut: () => void) => Promise<void>) => {
    await once(async (url) => {
      const cable = await layCable(url);
      const running = home.apply({ database: cable.url, maxWaitMs: 15_000 }).then(
        () => null,
        (error: unknown) => error,
      );
      await pause(Math.random() * whole.tookMs * 1.1);
      await happens(url, cable.cut);
      const said = await running;
      cable.cut();
      // Whatever it is told, a person can read it.
      if (said !== null) expect(said).toBeInstanceOf(Failure);
      const { interrupted } = await home
        .apply({ database: url, maxWaitMs: 15_000 })
        .then(() => ({ interrupted: null }));
      expect(interrupted).toBeNull();
      expect(await stateOf(url)).toBe(whole.state);
    });
  };

  test(`the connection is cut ${rounds} times`, { timeout: 3_000_000 }, async () => {
    for (let round = 0; round < rounds; round += 1) await survives(async (_, cut) => cut());
  });

  test(`its sessions are ended ${rounds} times`, { timeout: 3_000_000 }, async () => {
    for (let round = 0; round < rounds; round += 1)
      await survives(async (url) => {
        const client = await openClient(url);
        await client
          .query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'roadbook:%'",
          )
          .finally(() => client.end());
      });
  });

  test(`the server is restarted ${Math.ceil(rounds / 2)} times, and crashes as often`, {
    timeout: 3_000_000,
  }, async () => {
    for (let round = 0; round < rounds; round += 1)
      await survives(() => server.restart(round % 2 === 0 ? 'SIGINT' : 'SIGQUIT'));
  });
});
