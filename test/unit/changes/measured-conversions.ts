// What does a real server do when a column's type is changed: for every pair of types, is the table written anew, and its index?
import { conversion } from '../../../src/changes/reading/conversions.ts';
import type { DomainFacts } from '../../../src/model/facts.ts';
import { freshDatabase } from '../../harness/servers.ts';

export const domains: Readonly<Record<string, DomainFacts>> = {
  'public.line': { base: 'text', constrained: false },
  'public.filled': { base: 'text', constrained: true },
  'public.number': { base: 'integer', constrained: false },
  'public.word': { base: 'character varying(10)', constrained: false },
};

/** A value of each type that most others can be made of. */
const values: Readonly<Record<string, string>> = {
  smallint: '1',
  integer: '1',
  bigint: '1',
  real: '1',
  'double precision': '1',
  numeric: '1',
  'numeric(10,2)': '1',
  'numeric(12,2)': '1',
  'numeric(12,4)': '1',
  money: '1',
  oid: '1',
  boolean: 'true',
  text: '1',
  'character varying': '1',
  'character varying(10)': '1',
  'character varying(20)': '1',
  'character(5)': '1',
  'character(10)': '1',
  'public.citext': '1',
  name: '1',
  date: '2026-01-01',
  'timestamp without time zone': '2026-01-01',
  'timestamp(3) without time zone': '2026-01-01',
  'timestamp(6) without time zone': '2026-01-01',
  'timestamp with time zone': '2026-01-01',
  'timestamp(3) with time zone': '2026-01-01',
  'timestamp(6) with time zone': '2026-01-01',
  'time without time zone': '12:00',
  'time(3) without time zone': '12:00',
  'time(6) without time zone': '12:00',
  'time with time zone': '12:00',
  'time(3) with time zone': '12:00',
  interval: '1 day',
  'interval(3)': '1 day',
  'interval(6)': '1 day',
  'interval day to second': '1 day',
  'interval year to month': '1 year',
  json: '{}',
  jsonb: '{}',
  uuid: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  bytea: '\\x01',
  inet: '10.0.0.1',
  cidr: '10.0.0.0/8',
  'bit(8)': '10101010',
  'bit(16)': '1010101010101010',
  'bit varying': '1',
  'bit varying(8)': '1',
  'bit varying(16)': '1',
  xml: '<a/>',
  'integer[]': '{1}',
  'bigint[]': '{1}',
  'text[]': '{1}',
  'character varying[]': '{1}',
  'character varying(10)[]': '{1}',
  'character varying(20)[]': '{1}',
  'numeric(10,2)[]': '{1}',
  'numeric(12,2)[]': '{1}',
  'public.mood': 'ok',
  'public.line': '1',
  'public.filled': '1',
  'public.number': '1',
  'public.word': '1',
  regclass: '1',
};

const fixture = `
  create extension if not exists citext;
  create type mood as enum ('sad', 'ok');
  create domain line as text;
  create domain filled as text check (value <> '');
  create domain number as integer;
  create domain word as varchar(10);
  create function measure(origin text, goals text[], sample text, zone text)
    returns table (goal text, rewrite boolean, "rebuildsIndex" boolean) language plpgsql as $$
  declare file oid; indexfile oid; indexed boolean; form text;
  begin
    perform set_config('timezone', zone, true);
    execute format('create table t (c %s)', origin);
    execute format('insert into t select %L::%s', sample, origin);
    begin create index ti on t (c); indexed := true; exception when undefined_object then indexed := false; end;
    file := pg_relation_filenode('t');
    indexfile := pg_relation_filenode(to_regclass('ti'));
    foreach goal in array goals loop
      foreach form in array array['', format(' using c::%s', goal)] loop
        begin
          rewrite := null;
          execute format('alter table t alter c type %s%s', goal, form);
          rewrite := pg_relation_filenode('t') <> file;
          "rebuildsIndex" := case when indexed then pg_relation_filenode(to_regclass('ti')) <> indexfile end;
          raise exception 'undone' using errcode = 'RB000';
        exception when others then null;
        end;
        exit when rewrite is not null;
      end loop;
      if rewrite is not null then return next; end if;
    end loop;
    drop table t;
  end $$;`;

interface Measured {
  readonly goal: string;
  readonly rewrite: boolean;
  /** Null where the type has no index of the usual sort. */
  readonly rebuildsIndex: boolean | null;
}

/** Every difference between what a server of this version does and what `conversion` says, and how many pairs were compared. */
export async function compareConversions(
  major: number,
): Promise<{ readonly wrong: readonly string[]; readonly pairs: number }> {
  await using database = await freshDatabase(major, fixture);
  const types = Object.keys(values);
  const wrong: string[] = [];
  let pairs = 0;
  for (const from of types) {
    const goals = types.filter((type) => type !== from);
    for (const zone of from.startsWith('timestamp') ? ['UTC', 'Europe/Berlin'] : ['UTC']) {
      const { rows } = await database.query('select * from measure($1, $2, $3, $4)', [from, goals, values[from], zone]);
      const measured: readonly Measured[] = rows;
      for (const { goal, rewrite, rebuildsIndex } of measured) {
        pairs += 1;
        const said = conversion(from, goal, domains);
        const rewrites = said.rewrite === 'yes' || (said.rewrite === 'by-zone' && zone !== 'UTC');
        if (rewrites !== rewrite)
          wrong.push(`${from} → ${goal} (${zone}) ${rewrite ? 'rewrites' : 'does not rewrite'}`);
        else if (!rewrite && rebuildsIndex !== null && said.rebuildsIndex !== rebuildsIndex)
          wrong.push(`${from} → ${goal} (${zone}) ${rebuildsIndex ? 'rebuilds' : 'keeps'} the index`);
      }
    }
  }
  return { wrong, pairs };
}
