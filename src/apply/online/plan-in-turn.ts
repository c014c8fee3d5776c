// How is one migration carried out by the catalog as it is when its turn comes?
import type { Connection } from '../../database/connection.ts';
import { requireOwnSession } from '../../database/fitness.ts';
import type { Problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
import type { Held } from '../held.ts';
import type { Work } from './work.ts';

export interface InTurn {
  /** Null: as written, in one transaction. */
  readonly work: Work | null;
  readonly notes: readonly Problem[];
}

/** What the migrations before it made is there by then. Throws a Failure where its rows stand in the way. */
export type PlanInTurn = (migration: ReadMigration, connection: Connection) => Promise<InTurn>;

export function planningInTurn(held: Held): PlanInTurn {
  return async (migration, connection) => {
    const { planned } = await import('./planned.ts');
    const { plan: _, ...options } = held.options;
    const { plan, notes } = await planned([migration], { ...held, connection, options }, undefined);
    const own = plan.migrations.find(({ id }) => id === migration.id);
    const said = (own?.problems ?? []).filter(isOfThePlan);
    if (own === undefined || own.mode === 'atomic') return { work: null, notes: [...notes, ...said] };
    if (own.stages.some(({ kind }) => kind === 'concurrent')) requireOwnSession(connection);
    return { work: { plan: own, fingerprint: plan.fingerprint }, notes: [...notes, ...said] };
  };
}

const tellable = new Set(['runs-as-written', 'kept-in-one-transaction', 'recreates-dependents', 'planned-in-its-turn']);

/** Dangers are for `roadbook check` and `roadbook plan`; what the plan could not do, or does besides, is worth a word. */
export function isOfThePlan({ code }: Problem): boolean {
  return tellable.has(code);
}
