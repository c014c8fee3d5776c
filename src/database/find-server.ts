// Which of the hosts of a target takes us in?
import pg from 'pg';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import { attempt, type Circumstances, type Opened, type Refused, type Way } from './attempt.ts';
import { addressText, connectionProblem } from './connection-problem.ts';
import { addressesOf, DialError } from './dial.ts';
import { nearNames } from './near-names.ts';
import type { Host, Target } from './target.ts';
import { tlsSettings } from './tls-settings.ts';

export interface Found {
  readonly opened: Opened;
  readonly way: Way;
}

/** As libpq orders them: `allow` first in the clear, `prefer` first encrypted, and then the other way round. */
function waysTo(target: Target, host: Host, address: Way['address']): readonly Way[] {
  const plain: Way = { host, address, tls: null, orPlain: true };
  if ('path' in address || target.ssl.mode === 'disable') return [plain];
  const tls: Way = { host, address, tls: tlsSettings(target, host), orPlain: target.ssl.mode === 'prefer' };
  if (target.ssl.mode === 'allow') return [plain, tls];
  return target.ssl.mode === 'prefer' ? [tls, plain] : [tls];
}

function otherWayHelps(refused: Refused, way: Way): boolean {
  const { error } = refused;
  if (error instanceof pg.DatabaseError) {
    return error.code?.startsWith('28') === true && refused.encrypted === (way.tls !== null);
  }
  return (
    error instanceof DialError &&
    way.tls !== null &&
    error.code !== 'ABORTED' &&
    (error.step === 'tls' || error.reason === 'server-said')
  );
}

/** A server that answers and says no is not asked again elsewhere, unless it says “not now”. */
function nextAddressHelps({ error }: Refused): boolean {
  if (error instanceof Failure) return false;
  return !(error instanceof pg.DatabaseError) || error.code === '57P03' || error.code === '53300';
}

/** “No entry for this kind of connection” tells less than what the other kind meets with. */
function noEntry({ error }: Refused): boolean {
  return error instanceof pg.DatabaseError && /pg_hba\.conf/.test(error.message);
}

async function tryAddress(
  target: Target,
  host: Host,
  address: Way['address'],
  circumstances: Circumstances,
): Promise<Found | { refused: Refused; way: Way }> {
  let first: { refused: Refused; way: Way } | null = null;
  for (const way of waysTo(target, host, address)) {
    const result = await attempt(way, circumstances);
    if (result.ok) return { opened: result, way: { ...way, tls: result.encrypted ? way.tls : null } };
    if (first === null || (noEntry(first.refused) && !noEntry(result))) first = { refused: result, way };
    if (circumstances.signal?.aborted || !otherWayHelps(result, way)) break;
  }
  if (first === null) throw new Error('no way to try');
  return first;
}

function fits(target: Target, { facts }: Opened, strict: boolean): boolean {
  const readOnly = facts.inRecovery || facts.readOnlyByDefault;
  switch (target.sessionAttributes) {
    case 'any':
      return true;
    case 'read-write':
      return !readOnly;
    case 'read-only':
      return readOnly;
    case 'primary':
      return !facts.inRecovery;
    case 'standby':
      return facts.inRecovery;
    case 'prefer-standby':
      return facts.inRecovery || !strict;
  }
}

function shuffled<Value>(values: readonly Value[]): readonly Value[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** The databases the server has, asked for through one that is always there. */
async function databasesNear(target: Target, way: Way, circumstances: Circumstances): Promise<readonly string[]> {
  for (const database of ['postgres', 'template1']) {
    const other = await attempt(way, { ...circumstances, target: { ...target, database }, timeoutMs: 3_000 });
    if (!other.ok) continue;
    try {
      const { rows } = await other.client.query(
        'select datname from pg_database where datallowconn and not datistemplate',
      );
      return nearNames(
        target.database,
        rows.map((row) => String(row.datname)),
      );
    } finally {
      await other.client.end();
    }
  }
  return [];
}

async function describe(refused: Refused, way: Way | null, host: Host, circumstances: Circumstances): Promise<Problem> {
  const { target, timeoutMs } = circumstances;
  const where = way === null ? host.name || 'localhost' : addressText(way);
  const found = connectionProblem(refused, target, where, way, timeoutMs);
  if (found.code !== 'database-unknown' || way === null) return found;
  const near = await databasesNear(target, way, circumstances);
  return near.length === 0 ? found : { ...found, hint: `Did you mean ${near.join(' or ')}? Else create the database.` };
}

/** The first host that answers and fits; the problems of all that were tried where none does. */
export async function findServer(circumstances: Circumstances): Promise<Found> {
  const { target, signal } = circumstances;
  const problems: Problem[] = [];
  const passes = target.sessionAttributes === 'prefer-standby' ? [true, false] : [true];
  for (const strict of passes) {
    for (const host of target.anyOrder ? shuffled(target.hosts) : target.hosts) {
      let addresses: readonly Way['address'][] = [];
      try {
        addresses = await addressesOf(host);
      } catch (error) {
        problems.push(await describe({ ok: false, error, encrypted: false }, null, host, circumstances));
      }
      for (const address of addresses) {
        const result = await tryAddress(target, host, address, circumstances);
        if (signal?.aborted) throw stopped();
        if ('opened' in result) {
          if (fits(target, result.opened, strict)) return result;
          await result.opened.client.end();
          problems.push(unfit(target, addressText(result.way)));
        } else {
          problems.push(await describe(result.refused, result.way, host, circumstances));
          if (!nextAddressHelps(result.refused)) throw notConnected(problems.slice(-1));
        }
      }
    }
  }
  throw notConnected(problems);
}

function unfit(target: Target, where: string): Problem {
  return problem(
    'session-attributes',
    `the server on ${where} is not what target_session_attrs=${target.sessionAttributes} asks for`,
    {
      hint: 'Name a host that is, or leave target_session_attrs out.',
    },
  );
}

export function stopped(): Failure {
  return new Failure(problem('stopped', 'stopped while connecting'), 'stopped');
}

function notConnected(problems: readonly Problem[]): Failure {
  const [first, ...others] = problems.filter(
    (one, index) => problems.findIndex((other) => other.message === one.message) === index,
  );
  return new Failure(first ?? problem('host-unknown', 'the database URL names no host'), 'connection', { others });
}
