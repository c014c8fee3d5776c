// Which migrations are run as written in one transaction, and which by a plan?
import { createHash } from 'node:crypto';
import { requireOwnSession } from '../../database/fitness.ts';
import { Failure } from '../../model/failure.ts';
import type { MigrationPlan, Step } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import { isPlannedInTurn } from '../../plan/plan-problems.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { OutsideFacts } from '../../sql/transaction.ts';
import { outsideStatements, refusedOutside, withoutGuard } from '../alone/lone-statement.ts';
import type { Held, Task } from '../held.ts';
import { whatIsHeld } from './any-large.ts';
import { isOfThePlan } from './plan-in-turn.ts';
import type { Begun, Routes, Work } from './work.ts';

/** Before anything is touched, even the journal: what could not be taken up again when it was cut off. */
export function refuseWithoutGuard(migrations: readonly ReadMigration[], facts: OutsideFacts, task: Task): void {
  const { project, connection } = task;
  const problems: Problem[] = [];
  for (const migration of migrations) {
    const outside = outsideStatements(migration, facts);
    if (outside.length === 0) continue;
    const never = onlineOf(migration, task) === 'never' && migration.statements.length > 1;
    const refused = outside.filter((each) => never || withoutGuard(each));
    const why = `The option online=never asks for one transaction, and PostgreSQL refuses ${outside[0]?.command} in one. Nothing was touched.`;
    problems.push(...refused.map((each) => refusedOutside(migration, project.label(migration), each, why)));
    if (refused.length === 0) requireOwnSession(connection);
  }
  refuse(problems);
}

/** Under the lease. Where nothing is large, only what cannot be one transaction is planned, and no catalog is read but for that. */
export async function findRoutes(
  migrations: readonly ReadMigration[],
  facts: OutsideFacts,
  held: Held,
  begun: Begun | null,
): Promise<Routes> {
  const online = new Map<string, Work>();
  const inTurn = new Set<string>();
  if (begun !== null && begun.work !== null) online.set(begun.id, begun.work);
  const notes = begun === null || begun.anew === null ? [] : [begun.anew];
  if (migrations.every(({ id }) => online.has(id))) return { online, inTurn, notes };
  const { connection, options } = held;
  const asked =
    options.plan !== undefined ||
    held.sizes !== undefined ||
    migrations.some((each) => each.backfill !== undefined || onlineOf(each, held) === 'always');
  const outside = new Map(migrations.map((each) => [each.id, outsideStatements(each, facts)]));
  const inParts = migrations.filter(
    (each) => each.statements.length > 1 && ((outside.get(each.id)?.length ?? 0) > 0 || addsValues(each)),
  );
  const holding = asked || inParts.length > 0 ? 'large' : await whatIsHeld(connection);
  const unplanned = begun !== null && begun.work !== null ? begun.id : undefined;
  const keeps = holding === 'few' && (await import('./keeps-data.ts')).keepsData(migrations);
  if (holding !== 'large' && !keeps) {
    const seen =
      holding === 'nothing'
        ? []
        : await import('./rows-first.ts').then(({ rowsFirst }) => rowsFirst(migrations, held, unplanned));
    for (const migration of migrations)
      if (!online.has(migration.id) && (outside.get(migration.id)?.length ?? 0) > 0)
        online.set(migration.id, alone(migration));
    return { online, inTurn, notes: [...notes, ...seen] };
  }
  const { planned } = await import('./planned.ts');
  const { plan, notes: seen } = await planned(migrations, held, unplanned);
  const problems: Problem[] = [];
  for (const migration of migrations) {
    const own = plan.migrations.find(({ id }) => id === migration.id);
    if (own === undefined) continue;
    if (migration.backfill !== undefined) problems.push(...own.problems.filter(({ severity }) => severity === 'error'));
    problems.push(...insideAfterAll(migration, own, outside.get(migration.id) ?? [], held));
    if (isPlannedInTurn(own)) inTurn.add(migration.id);
    else if (own.mode === 'online') online.set(migration.id, { plan: own, fingerprint: plan.fingerprint });
  }
  refuse(problems);
  if ([...online.values()].some((work) => work.plan.stages.some(({ kind }) => kind === 'concurrent')))
    requireOwnSession(connection);
  return {
    online,
    inTurn,
    notes: [...notes, ...seen, ...plan.migrations.flatMap((each) => each.problems.filter(isOfThePlan))],
  };
}

function onlineOf({ options }: ReadMigration, { project }: Task) {
  return options.online ?? project.configuration.online ?? 'auto';
}

/** A value of an enum cannot be used before the transaction that adds it has ended. */
function addsValues({ statements }: ReadMigration): boolean {
  return statements.some(({ kind }) => kind === 'AlterEnumStmt');
}

/** The only statement of its migration: that is the whole plan. */
function alone(migration: ReadMigration): Work {
  const [statement] = migration.statements;
  const step = (sql: string, does: string, index: number): Step => ({
    sql,
    locks: [],
    change: 'as-written',
    statement: index,
    does,
    hazards: [],
    undo: 'none',
  });
  const checks = migration.verify.map(({ text }) => step(text, 'verify: must return no row', -1));
  const plan: MigrationPlan = {
    id: migration.id,
    checksum: migration.checksum,
    mode: 'online',
    because: 'PostgreSQL refuses its statement in a transaction.',
    stages: [
      { kind: 'concurrent', settings: [], steps: [step(statement?.text ?? '', 'as written', 0)] },
      ...(checks.length === 0 ? [] : [{ kind: 'check', settings: [], steps: checks } as const]),
    ],
    problems: [],
  };
  return { plan, fingerprint: createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 26) };
}

/** The plan keeps it in a transaction with what it is bound to, where PostgreSQL refuses it. */
function insideAfterAll(
  migration: ReadMigration,
  { stages }: MigrationPlan,
  outside: ReturnType<typeof outsideStatements>,
  { project }: Held,
): readonly Problem[] {
  const inside = new Set(
    stages.flatMap(({ kind, steps }) => (kind === 'transaction' ? steps.map(({ sql }) => sql) : [])),
  );
  return outside
    .filter(({ statement }) => inside.has(statement.text))
    .map((each) =>
      refusedOutside(
        migration,
        project.label(migration),
        each,
        `What stands before it ends with its transaction or belongs to its session, so all from there on is one transaction, and PostgreSQL refuses ${each.command} in one. Nothing was touched.`,
      ),
    );
}

function refuse(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new Failure(first, 'migration', { others });
}
