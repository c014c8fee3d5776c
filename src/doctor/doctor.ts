// What is wrong here, and what is the way out?
import type { Connection } from '../database/connection.ts';
import { nearNames } from '../database/near-names.ts';
import {
  type DoctorFinding,
  type DoctorGroup,
  type DoctorGroupName,
  type DoctorOptions,
  type DoctorOutcome,
  doctorGroups,
} from '../model/diagnosis.ts';
import { type ExitReason, Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { openDatabase } from '../read/index.ts';
import { checks } from './checks.ts';
import type { Check, Looked, Surroundings } from './define.ts';
import { examined, surroundings } from './examined.ts';
import { nobodyThere, reached } from './reach.ts';
import { settled } from './settled.ts';

/** Reads only. One check that cannot look does not keep the others from looking. */
export async function doctor(options: DoctorOptions): Promise<DoctorOutcome> {
  const chosen = choose(options.only);
  const around = await surroundings(options);
  const opened = await open(around);
  if (!('server' in opened)) return await withoutDatabase(around, chosen, opened);
  await using connection = opened;
  const { server } = connection;
  if (!server.pooled) {
    await connection.run(`set default_transaction_read_only = on; set statement_timeout = '20s'`);
  }
  const patient = examined(around, connection);
  const results: Result[] = [{ name: 'reach', group: 'connection', looked: reached(patient) }];
  for (const check of chosen) {
    options.onEvent?.({ type: 'verifying', what: check.about });
    const { name, group } = check;
    const look = async () => {
      if (check.needs === 'files') return await check.look(around);
      // Reading the catalog patiently ends with a RESET.
      if (!server.pooled) await connection.run(`set lock_timeout = '500ms'`);
      return await check.look(patient);
    };
    results.push({ name, group, looked: await settled(check, look, options.signal) });
  }
  const database = { version: server.version, name: server.database, embedded: server.embedded };
  return outcomeOf(database, chosen, results);
}

interface Result {
  readonly name: string;
  readonly group: DoctorGroupName;
  /** Null where it could not look. */
  readonly looked: Looked | null;
}

function choose(only: string | undefined): readonly Check[] {
  if (only === undefined) return checks;
  const chosen = checks.filter(({ name, group }) => name === only || group === only);
  if (chosen.length > 0) return chosen;
  const names = [...doctorGroups, ...checks.map(({ name }) => name)];
  const near = nearNames(only, names);
  throw new Failure(
    problem('check-unknown', `there is no check ${only}`, {
      hint: `${near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `}Choose one of: ${names.join(', ')}.`,
    }),
    'usage',
  );
}

async function open({ project, options }: Surroundings): Promise<Connection | Failure> {
  try {
    return await openDatabase(project, options);
  } catch (error) {
    if (error instanceof Failure && error.reason !== 'stopped') return error;
    throw error;
  }
}

async function withoutDatabase(
  around: Surroundings,
  chosen: readonly Check[],
  failure: Failure,
): Promise<DoctorOutcome> {
  const results: Result[] = [{ name: 'reach', group: 'connection', looked: nobodyThere(around, failure) }];
  for (const check of chosen) {
    const { name, group } = check;
    const look = check.needs === 'files' ? () => check.look(around) : null;
    results.push({ name, group, looked: look === null ? null : await settled(check, look, around.options.signal) });
  }
  return outcomeOf(null, chosen, results);
}

function outcomeOf(
  database: DoctorOutcome['database'],
  chosen: readonly Check[],
  results: readonly Result[],
): DoctorOutcome {
  const problems: DoctorFinding[] = [];
  const told = new Set<string>();
  let exit: ExitReason = 'done';
  for (const { name, group, looked } of results) {
    for (const found of looked?.found ?? []) {
      // What stands in the way of several checks is said once.
      const key = `${found.code} ${found.message} ${found.where?.file} ${found.where?.line}`;
      if (told.has(key)) continue;
      told.add(key);
      problems.push({ ...found, check: name, group });
      if (found.severity === 'error' && exit === 'done') exit = looked?.reason ?? 'migration';
    }
  }
  const names = new Set(['connection', ...chosen.map(({ group }) => group)]);
  const groups = doctorGroups.filter((name) => names.has(name));
  return {
    database,
    groups: groups.map((name) => groupOf(name, results, problems)),
    tables: results.flatMap(({ looked }) => looked?.tables ?? []),
    statements: results.flatMap(({ looked }) => looked?.statements ?? []),
    exit,
    problems,
  };
}

function groupOf(name: DoctorGroupName, results: readonly Result[], problems: readonly DoctorFinding[]): DoctorGroup {
  const own = results.filter(({ group }) => group === name);
  const saids = own.flatMap(({ looked }) => looked?.said ?? []);
  const found = problems.some(({ group }) => group === name);
  const unknown = own.every(({ looked }) => looked === null);
  return { name, state: unknown ? 'unknown' : found ? 'found' : 'good', said: saids.join(', ') };
}
