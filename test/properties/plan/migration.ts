// Which statements does a generated migration hold?
import type { Change } from './change.ts';
import { columnChanges } from './column-changes.ts';
import { constraintChanges } from './constraint-changes.ts';
import { objectChanges } from './object-changes.ts';
import type { Pick } from './pick.ts';
import { rowChanges } from './row-changes.ts';
import type { World } from './world.ts';

const everyKind: readonly Change[] = [...columnChanges, ...constraintChanges, ...objectChanges, ...rowChanges];

/** Statements in their order, without semicolons. Sub-commands of one table at times share an ALTER TABLE. */
export function makeMigration(world: World, picks: readonly Pick[]): readonly string[] {
  const statements: string[] = [];
  let open: { readonly table: string; commands: string[] } | null = null;
  const close = () => {
    if (open) statements.push(`alter table ${open.table} ${open.commands.join(', ')}`);
    open = null;
  };
  for (const pick of picks) {
    const made = pick.of(everyKind)(world, pick);
    if (made === null) continue;
    const isAlone = typeof made === 'string' || /^(rename|validate)/.test(made.command);
    if (isAlone || open?.table !== made.table || !pick.chance(0.4)) close();
    if (typeof made === 'string') statements.push(...made.split('; '));
    else if (open) open.commands.push(made.command);
    else open = { table: made.table, commands: [made.command] };
    if (isAlone) close();
  }
  close();
  return statements;
}
