// Do rows that an application writes between a migration and its undo stay as they were written, and all others come back as they were?
import type pg from 'pg';
import { openClient } from './relations.ts';

interface Row {
  readonly byName: Readonly<Record<string, unknown>>;
  /** By the columns' numbers, which stay when they are given other names. */
  readonly byNumber: Readonly<Record<string, unknown>>;
}

/** Rows of a table with a key, by that key. */
type Rows = ReadonlyMap<string, Row>;

export interface Kept {
  /** By the table's oid. */
  readonly tables: ReadonlyMap<string, Rows>;
}

interface Table {
  readonly oid: string;
  readonly name: string;
  readonly key: readonly string[];
}

/** Ordinary tables of the user's with a primary key. */
const tables = `
  select c.oid::text as oid, format('%I.%I', n.nspname, c.relname) as name,
    array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any (i.indkey) order by a.attnum) as key
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indrelid = c.oid and i.indisprimary
  where c.relkind = 'r' and not c.relispartition and n.nspname !~ '^(pg_|roadbook)' and n.nspname <> 'information_schema'
    and not exists (select from pg_inherits h where c.oid in (h.inhparent, h.inhrelid))
  order by 2`;

async function keyed(client: pg.Client, { oid, name, key }: Table): Promise<Rows> {
  const { rows: columns } = await client.query<{ number: string; printed: string; name: string }>(
    `select attnum::text as number, quote_ident(attname) as printed, attname::text as name from pg_attribute
     where attrelid = $1 and attnum > 0 and not attisdropped order by attnum`,
    [oid],
  );
  const list = columns.map(({ number, printed }) => `'${number}', t.${printed}`).join(', ');
  const { rows } = await client.query<{ values: Record<string, unknown> }>(
    `select jsonb_build_object(${list}) as values from only ${name} t`,
  );
  return new Map(
    rows.map(({ values }): [string, Row] => {
      const byName = Object.fromEntries(columns.map((one) => [one.name, values[one.number]] as const).sort());
      return [JSON.stringify(key.map((column) => byName[column])), { byName, byNumber: values }];
    }),
  );
}

export async function allRows(url: string): Promise<Kept> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query<Table>(tables);
    const found = new Map<string, Rows>();
    for (const table of rows) found.set(table.oid, await keyed(client, table));
    return { tables: found };
  });
}

/** Deletes a row, changes one and adds one wherever the tables let it; hands back how many of these it could do. */
export async function writeSome(url: string): Promise<number> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query<Table>(tables);
    let done = 0;
    for (const table of rows) for (const sql of await writes(client, table)) done += (await tried(client, sql)) ? 1 : 0;
    return done;
  });
}

async function writes(client: pg.Client, { oid, name, key }: Table): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; printed: string; type: string; generated: boolean }>(
    `select a.attname::text as name, quote_ident(a.attname) as printed, a.atttypid::regtype::text as type,
       a.attgenerated <> '' as generated
     from pg_attribute a where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [oid],
  );
  const columns = rows.filter(({ generated }) => !generated);
  const order = rows.filter((one) => key.includes(one.name)).map(({ printed }) => printed);
  const at = (place: number) =>
    `ctid = (select ctid from only ${name} order by ${order.join(', ')} offset ${place} limit 1)`;
  const [changed] = columns.filter((one) => !key.includes(one.name) && newValue(one) !== one.printed);
  const list = columns.map(({ printed }) => printed).join(', ');
  const values = columns.map((one) => newValue(one)).join(', ');
  return [
    `insert into ${name} (${list}) overriding system value select ${values} from only ${name} order by ${order.join(', ')} limit 1`,
    `delete from only ${name} where ${at(2)}`,
    ...(changed === undefined
      ? []
      : [`update only ${name} set ${changed.printed} = ${newValue(changed)} where ${at(1)}`]),
  ];
}

function newValue({ printed, type }: { readonly printed: string; readonly type: string }): string {
  if (/^(smallint|integer|bigint|numeric)$/.test(type)) return `${printed} + 3000`;
  if (/^(text|character varying)$/.test(type)) return `${printed} || '+'`;
  return type === 'uuid' ? 'pg_catalog.gen_random_uuid()' : printed;
}

async function tried(client: pg.Client, sql: string): Promise<boolean> {
  await client.query('begin');
  try {
    const { rowCount } = await client.query(sql);
    await client.query('set constraints all immediate');
    await client.query('commit');
    return (rowCount ?? 0) > 0;
  } catch {
    await client.query('rollback');
    return false;
  }
}

/** Sentences. `before`: ahead of the migration; `after`: behind it; `written`: when rows were written; `end`: when it was taken back. */
export function lostBetween(before: Kept, after: Kept, written: Kept, end: Kept): readonly string[] {
  return [...before.tables].flatMap(([oid, was]) => {
    const [then, now, is] = [after, written, end].map(({ tables: all }) => all.get(oid));
    if (then === undefined || now === undefined || is === undefined) return [];
    const touched = new Set(
      [...then.keys(), ...now.keys()].filter((key) => text(then.get(key)?.byNumber) !== text(now.get(key)?.byNumber)),
    );
    // Where the migration gave rows other keys, nobody can tell which is which.
    if ([...was.keys()].some((key) => !then.has(key)) || [...then.keys()].some((key) => !was.has(key))) return [];
    const wrong = [...was].flatMap(([key, row]) =>
      !touched.has(key) && text(row.byName) !== text(is.get(key)?.byName)
        ? [`the row ${key}, which nobody wrote to, was ${text(row.byName)} and is ${text(is.get(key)?.byName)}`]
        : [],
    );
    for (const key of touched) wrong.push(...wrongWritten(key, now.get(key), is.get(key), then.get(key)));
    return wrong.slice(0, 3);
  });
}

/** Of a row that was written what was written stays, where its column does. */
function wrongWritten(
  key: string,
  now: Row | undefined,
  is: Row | undefined,
  then: Row | undefined,
): readonly string[] {
  if (now === undefined) return is === undefined ? [] : [`the row ${key} was deleted since and is there again`];
  if (is === undefined) return [`the row ${key} was written since and is gone`];
  return Object.entries(now.byNumber).flatMap(([column, value]) =>
    column in is.byNumber && text(value) !== text(then?.byNumber[column]) && text(is.byNumber[column]) !== text(value)
      ? [`column ${column} of the row ${key} was written as ${text(value)} since and is ${text(is.byNumber[column])}`]
      : [],
  );
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'none';
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = await openClient(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
