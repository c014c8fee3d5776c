// What must be known of another migration tool to recognise the history it left in a database?

/** A row of another tool's history, brought to one shape by the adopter's own SQL, in the order of applying. */
export interface HistoryRow {
  readonly id: string;
  /** ISO 8601; without a time zone where the tool wrote none; null where it wrote no time. */
  readonly at: string | null;
  readonly state: 'applied' | 'failed' | 'taken-back';
}

export interface AppliedElsewhere {
  readonly id: string;
  readonly appliedAt?: string;
}

export interface HistoryDescription {
  /** What is in force now, oldest first. */
  readonly applied: readonly AppliedElsewhere[];
  /** Whole sentences for a person: how far that tool got, and what stands in the way of adopting. */
  readonly note: string;
}

/** Plain data and text: an adopter holds no connection; whoever uses it runs the SQL and hands the rows over. */
export interface Adopter {
  /** The file's name on this shelf. */
  readonly name: string;
  /** As people write the tool's name. */
  readonly title: string;
  /** What is read, and what the tool does not tell; Markdown for its docs page. */
  readonly about: string;
  /** Cheap, and safe where the table is absent: one row (`relation` quoted and with its schema, `readable`) for each history found. */
  readonly detect: string;
  /** Reads the history at a `relation` that `detect` found; gives rows of the shape of `HistoryRow`. */
  readonly history: (relation: string) => string;
  readonly describe: (rows: readonly HistoryRow[]) => HistoryDescription;
}

export function defineAdopter(adopter: Adopter): Adopter {
  return Object.freeze(adopter);
}

/** SQL that finds tables of this name, in any schema, which have all of these columns and meet a further condition on `c` (pg_class). */
export function findTable(name: string, columns: readonly string[], condition = 'true'): string {
  const list = columns.map((column) => `'${column}'`).join(', ');
  return `select format('%I.%I', n.nspname, c.relname) as relation,
  coalesce(has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT'), false) as readable
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relname = '${name}' and c.relkind in ('r', 'p') and c.relpersistence <> 't'
  and (select count(*) from pg_catalog.pg_attribute a where a.attrelid = c.oid and not a.attisdropped and a.attname in (${list})) = ${columns.length}
  and (${condition})`;
}

/** SQL for a moment as ISO 8601 in UTC, whatever the session's time zone and date style. */
export function isoMoment(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The rows in force, without the shape's nulls. */
export function inForce(rows: readonly HistoryRow[]): readonly AppliedElsewhere[] {
  return rows
    .filter(({ state }) => state === 'applied')
    .map(({ id, at }) => (at === null ? { id } : { id, appliedAt: at }));
}

/** `12 migrations, the last of them add_status`; `no migration`. */
export function countOf(applied: readonly AppliedElsewhere[]): string {
  const last = applied.at(-1);
  if (last === undefined) return 'no migration';
  return applied.length === 1
    ? `one migration, ${last.id}`
    : `${applied.length} migrations, the last of them ${last.id}`;
}

/** A sentence about those that failed, or nothing. */
export function aboutFailed(rows: readonly HistoryRow[], advice: string): string {
  const failed = rows.filter(({ state }) => state === 'failed').map(({ id }) => id);
  return failed.length === 0
    ? ''
    : ` ${failed.length === 1 ? 'One failed and is' : `${failed.length} failed and are`} unresolved: ${failed.join(', ')}. ${advice}`;
}
