// What does a query of the catalog look like, and which columns of its rows mean something special?

/**
 * A row of a reading. All columns but these are properties, under their own name, left out where null:
 * `oid` and `sub` find comments, labels and extension membership; `name` is the whole name, or `part` the name inside
 * of the relation `rel` or the type `typ`; `owned_by` names the object it is part of where that is another one
 * (`constraint public.t.t_pkey`), `within` or `within_type` is the oid of the relation or type that it comes with, if that is
 * read; `row_type_oid` is the type that stands for a composite's relation; `unread` says what of this one could not be read;
 * `label_oids` are those of an enum's labels, in their order; `acl` and `acl_default` become the property `acl` where they differ.
 */
export type Row = Readonly<Record<string, unknown>>;

export interface Reading {
  /** The system catalog whose oid the rows carry. */
  readonly of: string;
  readonly sql: (major: number) => string;
  /** Changes a row before it becomes properties, where SQL would be clumsy. */
  readonly refine?: (row: Row) => Row;
}

/**
 * Schemas that are the user's: `pg_` is reserved by PostgreSQL, `$1` holds those to exclude. Where there is no schema to go by,
 * 16384 is the first oid that PostgreSQL gives to what is not its own (14 to 18).
 */
export const userSchema = (column = 'n.nspname'): string =>
  `${column} !~ '^pg_' and ${column} <> 'information_schema' and ${column} <> all($1::text[])`;

/** `owner`, `acl` and `acl_default` of an object whose default privileges are of this type in acldefault(). */
export const ownerAndAcl = (owner: string, acl: string, type: string): string =>
  `pg_get_userbyid(${owner}) as owner, ${acl}::text[] as acl,
   case when ${acl} is not null then acldefault(${type}, ${owner})::text[] end as acl_default`;

/** Whether two lists of privileges do, in whatever order they hold them. */
export const differ = (acl: string, other: string): string => `not (${acl} @> ${other} and ${acl} <@ ${other})`;

/** A function's name with its argument types, or null for none. */
export const functionName = (oid: string): string =>
  `case when ${oid}::oid <> 0 then ${oid}::oid::regprocedure::text end`;

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
