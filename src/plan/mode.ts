// Is a migration run as written in one transaction, or in stages?
import { nameOfKey } from '../changes/reading/key.ts';
import { worthCare } from '../changes/reading/size.ts';
import type { JudgedChange } from '../check/judge.ts';
import { partsOfName } from '../database/catalog/index.ts';
import type { Facts, RelationFacts } from '../model/facts.ts';
import type { MigrationMode } from '../model/journal.ts';
import type { Joined } from './join-stages.ts';

export type Online = 'auto' | 'always' | 'never';

/** Every table counts as a large one then. */
export function sizesUnknown(facts: Facts): Facts {
  const relations = Object.fromEntries(
    Object.entries(facts.relations).map(([key, known]): [string, RelationFacts] => [
      key,
      { ...known, rows: null, bytes: null },
    ]),
  );
  return { ...facts, relations };
}

/** Whether each relation it locks, that was there before, is known to be small. Looks at all of them only where it must. */
export function isSmall(changes: readonly JudgedChange[], facts: Facts): boolean {
  if (!facts.live) return false;
  const isLarge = (key: string) => holdsRows(facts.relations[key]) && worthCare(nameOfKey(key), facts);
  const locked = new Set(changes.flatMap(({ locks }) => locks.map(({ relation }) => relation)));
  if (locked.delete('*') && Object.keys(facts.relations).some(isLarge)) return false;
  return ![...locked].some((relation) => isLarge(partsOfName(relation).join('.')));
}

function holdsRows(known: RelationFacts | undefined): boolean {
  return known !== undefined && known.kind !== 'index' && known.kind !== 'sequence' && known.kind !== 'view';
}

interface Chosen {
  readonly small: boolean;
  readonly online: Online;
  /** Something runs as it is written, or is kept in one transaction, although others wait. */
  readonly blocks: boolean;
  /** What would be lost is kept. */
  readonly parks: boolean;
  /** What uses a column is made again. */
  readonly recreates: boolean;
}

export function chosenMode(
  { stages, asWritten }: Joined,
  { small, online, blocks, parks, recreates }: Chosen,
): { readonly mode: MigrationMode; readonly because: string } {
  if (online === 'never' && asWritten) return { mode: 'atomic', because: 'The option online=never asks for it.' };
  if (asWritten && small) return { mode: 'atomic', because: 'Every table that it touches is new or small.' };
  if (asWritten && blocks) {
    return { mode: 'atomic', because: 'What keeps others waiting cannot be cut into stages: the warnings say why.' };
  }
  if (asWritten) {
    return {
      mode: 'atomic',
      because: 'None of its statements keeps anybody waiting for longer than a catalog update.',
    };
  }
  const rows = stages.some(({ kind }) => kind === 'backfill');
  if (small || online === 'never') {
    const isOne = stages.filter(({ kind }) => kind !== 'check').every(({ kind }) => kind === 'transaction');
    if (!isOne) return { mode: 'online', because: 'Not all of its statements can be in one transaction.' };
    const why = small
      ? 'Every table that it touches is new or small.'
      : 'The option online=never asks for one transaction.';
    return { mode: 'online', because: `${why} ${inItsTransaction(parks, recreates)}` };
  }
  return {
    mode: 'online',
    because: rows
      ? 'It goes over tables that are large or not known to be small, so it is cut into stages, and rows are taken some at a time.'
      : 'It touches tables that are large or not known to be small, so it is cut into stages.',
  };
}

function inItsTransaction(parks: boolean, recreates: boolean): string {
  const kept = 'What it takes away is kept in its transaction.';
  const made = 'PostgreSQL refuses it as it is written: what is in its way goes and comes back in its transaction.';
  if (parks) return recreates ? `${kept} ${made}` : kept;
  return recreates ? made : 'What is parked already is spared.';
}
