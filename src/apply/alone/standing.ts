// Is what a lone statement was to do already done, half done, or still to be done?
import type { Connection } from '../../database/connection.ts';
import { qualified, quoteIdentifier } from '../../sql/quote.ts';
import type { LoneTarget } from './lone-statement.ts';
import { nameOf } from './partitioned.ts';

export type Standing =
  /** Nothing is known of it, or there is nothing of it. */
  | { readonly state: 'to-do' }
  /** `clear` makes room for another attempt; null: the statement itself takes it up again. */
  | { readonly state: 'half-done'; readonly object: string; readonly clear: string | null }
  /** DETACH has marked the partition; `finish` completes it. */
  | { readonly state: 'to-finish'; readonly object: string; readonly finish: string }
  /** An index of that name is there, and valid; whether it is the same has to be looked at. */
  | { readonly state: 'there'; readonly oid: string; readonly object: string }
  | { readonly state: 'done' };

export async function standingOf(connection: Connection, target: LoneTarget): Promise<Standing> {
  switch (target.looksAt) {
    case 'index-made':
      return indexMade(connection, target);
    case 'index-gone': {
      const name = target.schema === undefined ? quoteIdentifier(target.index) : qualified(target.schema, target.index);
      const { rows } = await connection.query<{ readonly valid: boolean; readonly object: string }>(
        `select indisvalid as valid, indexrelid::regclass::text as object from pg_index where indexrelid = to_regclass($1)`,
        [name],
      );
      const [found] = rows;
      if (found === undefined) return { state: 'done' };
      // PostgreSQL marks it invalid first; dropping it again goes on from there.
      return found.valid ? { state: 'to-do' } : { state: 'half-done', object: found.object, clear: null };
    }
    case 'partition-gone':
      return partitionGone(connection, target);
    case 'nothing':
      return { state: 'to-do' };
  }
}

async function indexMade(
  connection: Connection,
  { table, index }: Extract<LoneTarget, { looksAt: 'index-made' }>,
): Promise<Standing> {
  const { rows } = await connection.query<{ readonly oid: string; readonly valid: boolean; readonly object: string }>(
    `select c.oid::text as oid, i.indisvalid as valid, format('%I.%I', n.nspname, c.relname) as object
       from pg_class t join pg_namespace n on n.oid = t.relnamespace
       join pg_class c on c.relnamespace = t.relnamespace and c.relname = $2
       join pg_index i on i.indexrelid = c.oid
      where t.oid = to_regclass($1)`,
    [nameOf(table), index],
  );
  const [found] = rows;
  if (found === undefined) return { state: 'to-do' };
  const { oid, valid, object } = found;
  if (valid) return { state: 'there', oid, object };
  return { state: 'half-done', object, clear: `DROP INDEX CONCURRENTLY IF EXISTS ${object}` };
}

async function partitionGone(
  connection: Connection,
  { parent, partition }: Extract<LoneTarget, { looksAt: 'partition-gone' }>,
): Promise<Standing> {
  const names = [nameOf(parent), nameOf(partition)];
  const { rows } = await connection.query<{ readonly pending: boolean | null; readonly known: boolean }>(
    `select to_regclass($2) is not null as known,
       (select inhdetachpending from pg_inherits where inhparent = to_regclass($1) and inhrelid = to_regclass($2)) as pending`,
    names,
  );
  const [found] = rows;
  if (found?.pending === true) {
    const finish = `ALTER TABLE ${names[0]} DETACH PARTITION ${names[1]} FINALIZE`;
    return { state: 'to-finish', object: `${names[1]}`, finish };
  }
  return found?.known === true && found.pending === null ? { state: 'done' } : { state: 'to-do' };
}

/** What REINDEX CONCURRENTLY leaves when it is cut off: invalid copies of indexes, in nobody's way but kept up to date. */
export async function leftoversOfReindex(connection: Connection): Promise<readonly string[]> {
  const { rows } = await connection.query<{ readonly name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$' order by 1`,
  );
  return rows.map(({ name }) => name);
}
