// What does a statement do, and how does Roadbook name the objects it does it to?

/** A name with the schema it resolves to under the search path in force, or no schema where that cannot be known. */
export interface Name {
  readonly schema: string | null;
  readonly name: string;
}

/** What a statement does; one ALTER TABLE with several sub-commands is several changes. Kinds add their own fields. */
export interface Change {
  /** The file's name on the shelf `changes/`: `set-not-null`. */
  readonly kind: string;
  /** Index of its statement in the migration. */
  readonly statement: number;
  /** For a person: `column public.users.status`, `index users_email_idx on public.users`. */
  readonly object: string;
  /** Its text holds a password or the like, which is shown nowhere. */
  readonly secret?: boolean;
}

/** Weakest first. */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

/** A lock that a change takes, as declared by its kind and certified by the case harness. */
export interface Lock {
  /** `public.users`; `*` where it cannot be known which relations. */
  readonly relation: string;
  readonly mode: LockMode;
  /** While it is held, every row is read. */
  readonly scan?: boolean;
  /** While it is held, every row is written anew. */
  readonly rewrite?: boolean;
}
