// How does each case get two databases that hold the same, quickly, and leave no role behind?
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case } from './case.ts';
import { openClient } from './relations.ts';
import { serverUrl } from './servers.ts';

export interface CaseDatabases {
  twins<Plan, Planned, Naive>(parsed: Case, ways: Ways<Plan, Planned, Naive>): Promise<Ends<Plan, Planned, Naive>>;
  close(): Promise<void>;
}

/** Each on a database with what the blocks `before` and `rows` make, down to the same random values where nothing of it is shared. */
export interface Ways<Plan, Planned, Naive> {
  /** Changes nothing. */
  readonly plan: (url: string) => Promise<Plan>;
  readonly needsTwin: (plan: Plan) => boolean;
  readonly planned: (url: string, plan: Plan) => Promise<Planned>;
  readonly naive: (url: string, planned: Planned | null) => Promise<Naive>;
}

export interface Ends<Plan, Planned, Naive> {
  readonly plan: Plan;
  /** Null where it needs no database of its own. */
  readonly planned: Planned | null;
  readonly naive: Naive;
}

/** What belongs to the whole server is in no template: cases that make some run one after the other, and each way starts without the other's. */
const makesShared = /\bcreate\s+(role|user|group|subscription|tablespace|database)\b/i;

type Work<Result> = (url: string) => Promise<Result>;

export function createDatabases(major: number): CaseDatabases {
  // From 15 on a database is by default written to the log page by page, which takes three times as long.
  const strategy = major >= 15 ? ' strategy file_copy' : '';
  const admin = openClient(serverUrl(major));
  let roles: Promise<unknown> = Promise.resolve();
  // CREATE DATABASE locks its template against others, and pg wants one query at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const run = (sql: string) => {
    const answer = turn.catch(() => {}).then(async () => (await admin).query<{ name: string }>(sql));
    turn = answer;
    return answer;
  };
  const fresh = async <Result>(template: string, work: (url: string, name: string) => Promise<Result>) => {
    const name = `case_${randomBytes(6).toString('hex')}`;
    await run(`create database ${name} template ${template}${strategy}`);
    try {
      const url = new URL(serverUrl(major));
      url.pathname = `/${name}`;
      return await work(url.href, name);
    } finally {
      await run(`drop database if exists ${name} with (force)`);
    }
  };
  const seeded = <Result>(parsed: Case, work: (url: string, name: string) => Promise<Result>) =>
    fresh('template1', async (url, name) => {
      const client = await openClient(url);
      try {
        if (parsed.before) await client.query(parsed.before);
        if (parsed.rows) await client.query(parsed.rows);
      } finally {
        await client.end();
      }
      return await work(url, name);
    });
  /** Nobody may be in a template, and a backend takes a moment to leave. */
  const left = async (name: string) => {
    for (;;) {
      const { rowCount } = await run(`select from pg_stat_activity where datname = '${name}'`);
      if (!rowCount) return;
      await sleep(1);
    }
  };
  const alone = async <Result>(parsed: Case, work: Work<Result>): Promise<Result> => {
    const names = async () =>
      (await run('select quote_ident(rolname) as name from pg_roles')).rows.map(({ name }) => name);
    const before = new Set(await names());
    try {
      return await seeded(parsed, work);
    } finally {
      // Other tests make roles on this server meanwhile; those of the case stand in its text.
      const text = `${parsed.before}${parsed.rows}${parsed.migration}${parsed['by-hand'] ?? ''}`;
      const own = (await names()).filter((name) => !before.has(name) && text.includes(name));
      for (const name of own) await run(`drop role ${name}`);
    }
  };
  const together = <Plan, Planned, Naive>(parsed: Case, ways: Ways<Plan, Planned, Naive>) =>
    seeded(parsed, async (url, name): Promise<Ends<Plan, Planned, Naive>> => {
      const plan = await ways.plan(url);
      if (!ways.needsTwin(plan)) return { plan, planned: null, naive: await ways.naive(url, null) };
      await left(name);
      const planned = await fresh(name, (twin) => ways.planned(twin, plan));
      return { plan, planned, naive: await ways.naive(url, planned) };
    });
  const apart = async <Plan, Planned, Naive>(
    parsed: Case,
    ways: Ways<Plan, Planned, Naive>,
  ): Promise<Ends<Plan, Planned, Naive>> => {
    type First = { readonly plan: Plan; readonly planned: Planned } | { readonly ends: Ends<Plan, Planned, Naive> };
    const first = await alone(parsed, async (url): Promise<First> => {
      const plan = await ways.plan(url);
      if (ways.needsTwin(plan)) return { plan, planned: await ways.planned(url, plan) };
      return { ends: { plan, planned: null, naive: await ways.naive(url, null) } };
    });
    if ('ends' in first) return first.ends;
    const { plan, planned } = first;
    return { plan, planned, naive: await alone(parsed, (url) => ways.naive(url, planned)) };
  };
  return {
    twins: (parsed, ways) => {
      if (![parsed.before, parsed.rows, parsed.migration].some((sql) => makesShared.test(sql)))
        return together(parsed, ways);
      const result = roles.catch(() => {}).then(() => apart(parsed, ways));
      roles = result;
      return result;
    },
    close: async () => (await admin).end(),
  };
}
