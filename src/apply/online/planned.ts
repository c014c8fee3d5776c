// What is the plan of the pending migrations, and is it the one that was asked for?
import type { Catalog } from '../../database/catalog/index.ts';
import { latestCatalog } from '../../journal/index.ts';
import { Failure } from '../../model/failure.ts';
import type { MigrationPlan, Plan } from '../../model/plan.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { planFingerprint } from '../../plan/fingerprint.ts';
import { type Live, readLive } from '../../plan/live.ts';
import { makePlan } from '../../plan/make-plan.ts';
import { preflight } from '../../preflight/preflight.ts';
import { refusalOf } from '../../preflight/refusal.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { Held } from '../held.ts';

export interface Planned {
  readonly plan: Plan;
  /** What the preflight found that is no reason to stop. */
  readonly notes: readonly Problem[];
}

/** Made under the lease, of the database as it is now. Throws where another plan was asked for: nothing is touched then. */
export async function planned(
  migrations: readonly ReadMigration[],
  held: Held,
  begun: string | undefined,
): Promise<Planned> {
  const { connection, options, maxWaitMs, signal } = held;
  const { onEvent } = options;
  onEvent?.({ type: 'verifying', what: 'what is to be done' });
  const live = await readLive(connection, { waitMs: maxWaitMs, onEvent, signal });
  return await plannedOn(live, migrations, held, begun);
}

/** The same, of what was read already. */
export async function plannedOn(
  live: Live,
  migrations: readonly ReadMigration[],
  held: Pick<Held, 'connection' | 'options' | 'project' | 'signal' | 'sizes'>,
  begun: string | undefined,
): Promise<Planned> {
  const { connection, options, signal, project } = held;
  const { onEvent } = options;
  const plan = await makePlan({
    migrations,
    live: held.sizes === undefined ? live : { ...live, sizes: { ...live.sizes, ...held.sizes } },
    online: project.configuration.online,
    label: project.label,
    begun,
  });
  if (options.plan !== undefined && options.plan !== plan.fingerprint)
    throw planDiffers(options.plan, plan, await whatDiffers(options.plan, plan, live.catalog, held));
  const { catalog, sizes } = live;
  const asked = { connection, migrations, plans: plan.migrations, questions: plan.questions, catalog, sizes };
  const found = await preflight({ ...asked, exact: options.exact ?? false, label: project.label, onEvent, signal });
  const refusal = refusalOf(found, begun);
  if (refusal !== null) throw refusal;
  return { plan, notes: found.map(({ problem: one }) => one) };
}

/** An approval is a fingerprint alone; what is likely to have changed since is tried out. */
async function whatDiffers(
  wanted: string,
  { migrations }: Plan,
  catalog: Catalog,
  { connection }: Pick<Held, 'connection'>,
): Promise<string | null> {
  const recorded = await latestCatalog(connection);
  const before: Catalog | null = recorded === null ? null : JSON.parse(recorded.catalog);
  const fewer = lessMigrations(migrations);
  for (const { left, words } of [{ left: migrations, words: '' }, ...fewer]) {
    if (words !== '' && planFingerprint(left, catalog) === wanted) return `Since that plan was made ${words}.`;
    if (before !== null && planFingerprint(left, before) === wanted)
      return `Since that plan was made the database was changed behind the journal${words === '' ? '' : `, and ${words}`}; \`roadbook verify\` shows the changes.`;
  }
  return null;
}

interface Fewer {
  readonly left: readonly MigrationPlan[];
  readonly words: string;
}

function lessMigrations(migrations: readonly MigrationPlan[]): readonly Fewer[] {
  const added = (ids: readonly string[]) => `${ids.join(', ')} ${ids.length === 1 ? 'was' : 'were'} added`;
  const ids = migrations.map(({ id }) => id);
  const shorter = ids.map((_, count) => ({ left: migrations.slice(0, count), words: added(ids.slice(count)) }));
  const without = migrations.map((one) => ({
    left: migrations.filter((each) => each !== one),
    words: added([one.id]),
  }));
  return [...shorter.filter(({ left }) => left.length > 0), ...without];
}

function planDiffers(wanted: string, { fingerprint, migrations }: Plan, why: string | null): Failure {
  const now = migrations.map(
    ({ id, stages }) => `${id} in ${stages.length === 1 ? '1 stage' : `${stages.length} stages`}`,
  );
  const guess =
    'The text of a migration, which migrations are pending, what the database looks like, or the steps that come of it changed since then: a table that has grown is planned in another way.';
  return new Failure(
    problem('plan-differs', `the plan is not ${wanted}`, {
      detail: `As things are now it is ${fingerprint}: ${now.join(', ')}. ${why ?? guess} Nothing was applied.`,
      hint: 'Look at it with `roadbook plan`, and give the fingerprint that it shows.',
    }),
    'migration',
  );
}
