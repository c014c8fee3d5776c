// What is known where a change runs?
import type { Lock, Name } from './change.ts';

export interface ColumnFacts {
  /** As PostgreSQL prints it, `character varying(20)`; null where nobody said. */
  readonly type: string | null;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** For a column whose values PostgreSQL computes. */
  readonly generated?: 'stored' | 'virtual';
  /** Made earlier in the same migration: nothing that runs knows it yet. */
  readonly isNew?: boolean;
}

export interface DomainFacts {
  /** As PostgreSQL prints the type under it; null where nobody said. */
  readonly base: string | null;
  /** Whether it has a CHECK or NOT NULL, so that values are checked one by one. */
  readonly constrained: boolean;
}

export interface ConstraintFacts {
  readonly kind: 'primary-key' | 'unique' | 'foreign-key' | 'check' | 'exclusion' | 'not-null';
  readonly columns: readonly string[];
  readonly validated: boolean;
  /** Made earlier in the same migration; its lock is still held. */
  readonly isNew?: boolean;
  /** DEFERRABLE; `deferred`: INITIALLY DEFERRED too, so that it is checked when the transaction ends. */
  readonly deferrable?: 'immediate' | 'deferred';
  /**
   * For a foreign key: the other table and its columns; none given means its primary key. `onDelete`: what happens to the
   * rows that refer to one that is deleted; nothing, if it is not there.
   */
  readonly references?: {
    readonly table: string;
    readonly columns: readonly string[];
    readonly onDelete?: 'cascade' | 'set';
  };
  /** For `CHECK (column IS NOT NULL)`, alone or with AND: the columns it proves. */
  readonly proves?: readonly string[];
  /** For a CHECK: the columns of which it says what NULL is to it, as bounds of partitions do. */
  readonly decidesNull?: readonly string[];
}

export interface RelationFacts {
  readonly kind:
    | 'table'
    | 'partitioned-table'
    | 'view'
    | 'materialized-view'
    | 'index'
    | 'sequence'
    | 'foreign-table'
    | 'unknown';
  /** Made earlier in the same migration: nobody else can see it yet, so nothing done to it blocks anybody. */
  readonly isNew: boolean;
  /** Estimates of the live catalog; null where no database was asked. */
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Null where the columns are not known. */
  readonly columns: Readonly<Record<string, ColumnFacts>> | null;
  /** For an index: its table. */
  readonly table?: string;
  /** For an index that a migration has made: no two rows have the same key. Absent where nobody said. */
  readonly isUnique?: boolean;
  /** Columns, or column lists joined by a comma, that an index starts with. */
  readonly indexed: readonly string[];
  /** By name; the names PostgreSQL chooses are guessed as it does: `users_email_key`. */
  readonly constraints: Readonly<Record<string, ConstraintFacts>>;
  /** The partitioned tables or parents it belongs to. */
  readonly parents: readonly string[];
  /** For the partition that takes what no other one does. */
  readonly isDefaultPartition?: boolean;
  /** Whether rows are filtered by policies; absent where nobody said. */
  readonly rowSecurity?: boolean;
  /** Policies by name; absent where nobody said. */
  readonly policies?: Readonly<Record<string, PolicySort>>;
  /** REPLICA IDENTITY FULL or USING INDEX: rows are told apart without a primary key. Absent where nobody said. */
  readonly replicaIdentity?: boolean;
}

/** Rows that any permissive policy lets through are seen, as far as every restrictive one lets them through too. */
export type PolicySort = 'permissive' | 'restrictive';

export type FunctionVolatility = 'immutable' | 'stable' | 'volatile';

/** Folded statement by statement over the migration; plain data. Relations and types are keyed by `qualifiedName`. */
export interface Facts {
  /** Major version of the server; the oldest supported one where none was asked. */
  readonly major: number;
  /** Whether a live catalog was read, or large tables are assumed. */
  readonly live: boolean;
  readonly searchPath: readonly string[];
  /** As the migration has set it; absent or null where it is what the role and the server say. */
  readonly timeZone?: string | null;
  readonly relations: Readonly<Record<string, RelationFacts>>;
  /** Types made or given labels earlier in the same migration. */
  readonly newTypes: readonly string[];
  /** What else was made earlier in the same migration, as `Change.object` says it: `schema app`. */
  readonly newObjects?: readonly string[];
  /** Functions made by the migrations so far, by `qualifiedName`, then by the types of their arguments, `integer, text`. */
  readonly functions?: Readonly<Record<string, Readonly<Record<string, FunctionVolatility>>>>;
  /** Domains that are known, by `qualifiedName`; a type that is not here is taken for none. */
  readonly domains?: Readonly<Record<string, DomainFacts>>;
  /** Labels of the enums that are known, by `qualifiedName`, in their order. */
  readonly enums?: Readonly<Record<string, readonly string[]>>;
  /** `type` → labels added earlier in the same migration. */
  readonly newLabels: Readonly<Record<string, readonly string[]>>;
  /** Locks that keep writers out, declared for the statements so far of this migration: a transaction keeps them until it ends. */
  readonly held?: readonly Lock[];
  /** Something is in the schema roadbook_parked, where it may use what is dropped elsewhere. */
  readonly parked?: boolean;
}

/** The key of a name in `Facts`: `public.users`, or `users` where the schema is not known. */
export function qualifiedName(name: Name): string {
  return name.schema === null ? name.name : `${name.schema}.${name.name}`;
}

/** What a record holds under a name: not what every object inherits, since a column can be called `constructor`. */
export function entryOf<Value>(
  record: Readonly<Record<string, Value>> | null | undefined,
  name: string,
): Value | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}
