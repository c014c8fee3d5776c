// What does a schema.prisma say about tables, in the words of PostgreSQL's catalog?

interface Described {
  /** `User.email text not null`, `User unique (email)`, `Lead (ownerId) → User (id) set null cascade` */
  readonly lines: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  Int: 'integer',
  String: 'text',
  DateTime: 'timestamp(3) without time zone',
};

const camel: Readonly<Record<string, string>> = { SetNull: 'set null', Cascade: 'cascade' };

/** Knows as much of Prisma's language as the example uses, and fails on the rest. */
export function describePrisma(text: string): Described['lines'] {
  const models = [...text.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].map(([, name = '', body = '']) => ({ name, body }));
  const names = models.map(({ name }) => name);
  return models
    .flatMap(({ name, body }) => {
      const lines = body
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('//'));
      const mapped = new Map(
        lines.flatMap((line) => {
          const map = /^(\w+) .*@map\("(\w+)"\)/.exec(line);
          return map ? [[map[1], map[2]] as const] : [];
        }),
      );
      const column = (field = '') => mapped.get(field) ?? field;
      return lines.flatMap((line) => {
        const index = /^@@index\(\[(\w+)\]\)$/.exec(line);
        if (index) return [`${name} index ${name}_${column(index[1])}_idx (${column(index[1])})`];
        const [, field = '', type = '', mark = '', rest = ''] = /^(\w+) +(\w+)(\?|\[\])? *(.*)$/.exec(line) ?? [];
        if (names.includes(type)) return relation(name, type, mark, rest, column);
        const known = types[type];
        if (known === undefined) throw new Error(`nothing is known of: ${line}`);
        const lot = `${name}.${column(field)} ${known}${mark === '?' ? '' : ' not null'}${defaulted(name, column(field), rest)}`;
        return [
          lot,
          ...(rest.includes('@id') ? [`${name} primary ${name}_pkey (${column(field)})`] : []),
          ...(rest.includes('@unique') ? [`${name} unique ${name}_${column(field)}_key (${column(field)})`] : []),
        ];
      });
    })
    .sort();
}

function relation(table: string, other: string, mark: string, rest: string, column: (field?: string) => string) {
  const [, field, target] = /fields: \[(\w+)\], references: \[(\w+)\]/.exec(rest) ?? [];
  if (field === undefined) {
    if (mark !== '[]') throw new Error(`nothing is known of: ${table} ${other} ${rest}`);
    return [];
  }
  const [, gone = ''] = /onDelete: (\w+)/.exec(rest) ?? [];
  const [, moved = ''] = /onUpdate: (\w+)/.exec(rest) ?? [];
  return [
    `${table} foreign ${table}_${column(field)}_fkey (${column(field)}) → ${other} (${target}) ${camel[gone]} ${camel[moved]}`,
  ];
}

function defaulted(table: string, column: string, rest: string): string {
  const [, value] = /@default\((.*?\)?)\)/.exec(rest) ?? [];
  if (value === undefined) return '';
  if (value === 'autoincrement()') return ` default nextval('"${table}_${column}_seq"'::regclass)`;
  if (value === 'now()') return ' default CURRENT_TIMESTAMP';
  return ` default '${value.replaceAll('"', '')}'::text`;
}

/** The same of a database. */
export const describedByCatalog = `
with tables as (select oid, relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname !~ '^_')
select t.name || '.' || attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
  || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as line
from tables t join pg_attribute a on attrelid = t.oid and attnum > 0 and not attisdropped left join pg_attrdef on adrelid = t.oid and adnum = attnum
union all
select t.name || case when indisprimary then ' primary ' when indisunique then ' unique ' else ' index ' end || i.relname || ' (' || attname || ')'
from tables t join pg_index on indrelid = t.oid join pg_class i on i.oid = indexrelid join pg_attribute a on attrelid = t.oid and attnum = indkey[0]
where indnkeyatts = 1 and indisvalid and indpred is null
union all
select t.name || ' foreign ' || conname || ' (' || a.attname || ') → ' || o.name || ' (' || b.attname || ') '
  || (array['set null', 'cascade'])[position(confdeltype::text in 'nc')] || ' ' || (array['set null', 'cascade'])[position(confupdtype::text in 'nc')]
from tables t join pg_constraint on conrelid = t.oid and contype = 'f' and convalidated join tables o on o.oid = confrelid
join pg_attribute a on a.attrelid = conrelid and a.attnum = conkey[1] join pg_attribute b on b.attrelid = confrelid and b.attnum = confkey[1]`;
