// What of the plan do others at the server, its disk and its replicas feel?
import { printName } from '../../changes/name.ts';
import { nameOfKey } from '../../changes/reading/key.ts';
import { partsOfName, type RelationSize } from '../../database/catalog/index.ts';
import type { LockMode, Name } from '../../model/change.ts';
import { atLeast } from '../../model/lock-words.ts';
import type { Stage, Step } from '../../model/plan.ts';
import type { PreflightParts } from '../parts.ts';

/** A relation that is locked against more than writers of rows. */
export interface Locked extends Name {
  /** As SQL names it. */
  readonly relation: string;
  readonly mode: LockMode;
  /** Whoever holds what this mode conflicts with is waited for, though not kept out: what is done CONCURRENTLY. */
  readonly waits: LockMode | null;
  /** The first migration that does. */
  readonly migration: string;
}

export interface Written {
  readonly relation: string;
  readonly how: 'rewrite' | 'index' | 'rows';
  readonly bytes: number;
  readonly migration: string;
}

export interface WhatIsPlanned {
  readonly locked: readonly Locked[];
  /** The first migration with a statement that waits for every older snapshot of the database. */
  readonly waitsForAll: string | null;
  readonly written: readonly Written[];
  /** What all of it writes, in bytes: replicas and replication slots get it too. */
  readonly bytes: number;
}

/** A B-tree's entry with its pointer for a key of eight bytes, in pages that are nine tenths full. */
const bytesOfEntry = 22;

export function whatIsPlanned({ plans, sizes }: Pick<PreflightParts, 'plans' | 'sizes'>): WhatIsPlanned {
  const bySqlName = new Map(Object.entries(sizes).map(([key, size]) => [printName(nameOfKey(key)), size]));
  const locked = new Map<string, Locked>();
  const written: Written[] = [];
  let waitsForAll: string | null = null;
  for (const { id, stages } of plans) {
    for (const stage of stages) {
      for (const step of stage.steps) {
        lockedBy(step, id, locked, waitsOf(stage, step));
        written.push(...writtenBy(stage, step, bySqlName).map((one) => ({ ...one, migration: id })));
        if (waitsOf(stage, step) !== null) waitsForAll ??= id;
      }
    }
  }
  const bytes = written.reduce((sum, one) => sum + one.bytes, 0);
  return { locked: [...locked.values()], waitsForAll, written, bytes };
}

function lockedBy({ locks }: Step, migration: string, locked: Map<string, Locked>, waits: LockMode | null): void {
  for (const { relation, mode } of locks) {
    if (relation === '*' || !atLeast(mode, 'SHARE UPDATE EXCLUSIVE')) continue;
    const known = locked.get(relation);
    if (known !== undefined && atLeast(known.mode, mode) && known.waits === waits) continue;
    const stronger = known !== undefined && atLeast(known.mode, mode) ? known.mode : mode;
    const longer = waits === null || known?.waits === 'ACCESS EXCLUSIVE' ? (known?.waits ?? null) : waits;
    const words = partsOfName(relation);
    const name = { schema: words.at(-2) ?? null, name: words.at(-1) ?? '' };
    locked.set(relation, {
      relation,
      ...name,
      mode: stronger,
      waits: longer,
      migration: known?.migration ?? migration,
    });
  }
}

/** CREATE INDEX waits for whoever writes the table; DROP INDEX, REINDEX and DETACH PARTITION for readers too (PostgreSQL 14 to 18). */
function waitsOf({ kind }: Stage, { sql }: Step): LockMode | null {
  if (kind !== 'concurrent' || !/\bCONCURRENTLY\b/i.test(sql)) return null;
  return /^\s*CREATE\b/i.test(sql) ? 'SHARE' : 'ACCESS EXCLUSIVE';
}

function writtenBy(
  stage: Stage,
  { sql, locks, batch }: Step,
  sizes: ReadonlyMap<string, RelationSize>,
): readonly Omit<Written, 'migration'>[] {
  const bytesOf = (relation: string) => sizes.get(relation)?.bytes ?? 0;
  if (batch !== undefined) return [{ relation: batch.table, how: 'rows', bytes: bytesOf(batch.table) }];
  return locks.flatMap(({ relation, scan, rewrite }): readonly Omit<Written, 'migration'>[] => {
    if (rewrite) return [{ relation, how: 'rewrite', bytes: bytesOf(relation) }];
    if (!scan || stage.kind !== 'concurrent' || !/\bINDEX\b/i.test(sql)) return [];
    return [{ relation, how: 'index', bytes: (sizes.get(relation)?.rows ?? 0) * bytesOfEntry }];
  });
}
