// Does the disk have the room that the plan takes?

import { partsOfName } from '../../database/catalog/index.ts';
import type { Connection } from '../../database/connection.ts';
import { problem } from '../../model/problem.ts';
import type { Found, PreflightParts } from '../parts.ts';
import { bytesInWords } from './bytes-in-words.ts';
import { freeSpace } from './free-space.ts';
import type { WhatIsPlanned, Written } from './what-is-planned.ts';

const MB = 1024 * 1024;
/** Below this nobody needs to think of the disk. */
const largeBytes = 1024 * MB;
/** A table that is written anew may come out smaller than it was, but hardly by more: it has as many rows. */
const leastPart = 0.1;

interface Beside {
  readonly relation: string;
  /** Of its indexes, as of the last VACUUM or ANALYZE: to ask the files would wait for a lock. */
  readonly indexBytes: number;
  readonly elsewhere: boolean;
}

const sql = `select w.relation,
  coalesce((select sum(i.relpages::int8) * 8192 from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
    where x.indrelid = c.oid), 0)::float8 as "indexBytes",
  c.reltablespace <> 0 as elsewhere
from pg_catalog.jsonb_to_recordset($1::jsonb) as w(relation text, schema text, name text)
  join pg_catalog.pg_class c on c.relname = w.name
  join pg_catalog.pg_namespace s on s.oid = c.relnamespace and s.nspname = w.schema`;

export async function disk(
  { connection }: PreflightParts,
  { written, bytes }: WhatIsPlanned,
): Promise<readonly Found[]> {
  if (bytes < 64 * MB) return [];
  const asked = [besides(connection, written), freeSpace(connection)] as const;
  await Promise.allSettled(asked);
  const [known, free] = await Promise.all(asked);
  const parts = written.map((one) => ({ ...one, room: roomOf(one, known.get(one.relation)) }));
  const here = parts.filter(({ relation }) => known.get(relation)?.elsewhere !== true);
  const needed = roomFor(parts);
  const neededHere = roomFor(here);
  const detail = `${parts
    .toSorted((a, b) => b.room - a.room)
    .slice(0, 5)
    .map(said)
    .join('; ')}. WAL comes on top of it.`;
  const least = largest(here.filter(({ how }) => how === 'rewrite')) * leastPart;
  const migration = null;
  if (free !== null && least > free) {
    const message = `the disk has ${bytesInWords(free)} free, and what is planned takes about ${bytesInWords(neededHere)}`;
    const hint = 'Make room, or leave out what writes a whole table anew.';
    return [{ migration, problem: problem('disk-too-small', message, { detail, hint }) }];
  }
  if (free !== null && neededHere > free * 0.9) {
    const message = `the disk has ${bytesInWords(free)} free, and what is planned takes about ${bytesInWords(neededHere)}`;
    const hint = 'Make room before. A server whose disk is full stops.';
    return [{ migration, problem: problem('disk-may-be-full', message, { severity: 'warning', detail, hint }) }];
  }
  if (needed < largeBytes) return [];
  const unknown = 'How much is free cannot be known from here.';
  const message = `what is planned takes about ${bytesInWords(needed)} on the server’s disk`;
  return [
    {
      migration,
      problem: problem('disk-room', message, {
        severity: 'note',
        detail: `${detail} ${free === null ? unknown : `${bytesInWords(free)} are free.`}`,
        ...(free === null ? { hint: 'Look whether that is free, on the server itself.' } : {}),
      }),
    },
  ];
}

async function besides(connection: Connection, written: readonly Written[]): Promise<ReadonlyMap<string, Beside>> {
  const wanted = [...new Set(written.map(({ relation }) => relation))].map((relation) => {
    const words = partsOfName(relation);
    return { relation, schema: words.at(-2) ?? null, name: words.at(-1) ?? '' };
  });
  const { rows } = await connection.query<Beside>(sql, [JSON.stringify(wanted)]);
  return new Map(rows.map((row) => [row.relation, row]));
}

/** Each index gets an entry for each new row too, where rows are updated. */
function roomOf({ how, bytes }: Written, beside: Beside | undefined): number {
  return how === 'index' ? bytes : bytes + (beside?.indexBytes ?? 0);
}

interface Room extends Written {
  readonly room: number;
}

/** What a table was before it is written anew goes at the commit; the rest stays. */
function roomFor(parts: readonly Room[]): number {
  const stay = parts.filter(({ how }) => how !== 'rewrite').reduce((sum, { room }) => sum + room, 0);
  return stay + largest(parts.filter(({ how }) => how === 'rewrite'));
}

function largest(parts: readonly Room[]): number {
  return parts.reduce((most, { room }) => Math.max(most, room), 0);
}

function said({ relation, how, room }: Room): string {
  const about = bytesInWords(room);
  if (how === 'index') return `an index on ${relation}: ${about}`;
  if (how === 'rewrite') return `${relation} is written anew, with its indexes: ${about}`;
  return `rows of ${relation} are written some at a time: up to ${about}, less where VACUUM keeps up`;
}
