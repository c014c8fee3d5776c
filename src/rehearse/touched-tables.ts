// Which tables do migrations have to do with?
import type { MigrationPlan } from '../model/plan.ts';
import type { ReadMigration } from '../read/index.ts';
import { walk } from '../sql/syntax.ts';
import type { Touched } from './row-tables.ts';

/** By their locks, and by what their statements name; null: nobody can tell. */
export function touchedBy(plans: readonly MigrationPlan[], migrations: readonly ReadMigration[]): Touched | null {
  const steps = plans.flatMap(({ stages }) => stages.flatMap((stage) => stage.steps));
  const relations = new Set(
    steps.flatMap(({ locks, batch }) => [
      ...locks.map(({ relation }) => relation),
      ...(batch === undefined ? [] : [batch.table]),
    ]),
  );
  if (relations.has('*')) return null;
  const words = new Set<string>();
  for (const { statements, verify, backfill } of migrations) {
    if (backfill !== undefined) words.add(bare(backfill.table));
    if (backfill?.into !== null && backfill?.into !== undefined) words.add(bare(backfill.into.table));
    for (const { node } of [...statements, ...verify]) {
      walk(node, (kind, fields) => {
        if (kind === 'RangeVar' && 'relname' in fields && typeof fields.relname === 'string') words.add(fields.relname);
        return true;
      });
    }
  }
  return { relations, words };
}

function bare(table: string): string {
  return (table.split('.').at(-1) ?? table).replaceAll('"', '');
}
