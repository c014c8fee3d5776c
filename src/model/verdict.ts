// What came out of verifying, and with which evidence?

/** One thing that is not as expected in a catalog: `table public.users column status: default is 'x', expected 'y'`. */
export interface Difference {
  /** `table`, `column`, `index`, `constraint`, `function` … */
  readonly kind: string;
  /** The object as a person names it: `public.users.status`. */
  readonly object: string;
  readonly change: 'missing' | 'unexpected' | 'differs';
  /** For `differs`: which property, and both values as text. */
  readonly property?: string;
  readonly expected?: string;
  readonly actual?: string;
}

export interface Assertion {
  readonly name: string;
  readonly ok: boolean;
  /** Rows that speak against it (the first few), or a sentence. */
  readonly evidence: readonly unknown[];
}

export interface Verdict {
  readonly verdict: 'verified' | 'failed';
  readonly catalog: 'equal' | 'differs' | 'unknown';
  readonly differences: readonly Difference[];
  readonly assertions: readonly Assertion[];
}
