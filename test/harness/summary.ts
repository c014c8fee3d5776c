// What do all cases together show?
import type { CaseRun } from './prove-case.ts';

export interface Summary {
  readonly cases: number;
  readonly proofs: number;
  readonly versions: readonly number[];
  /** Kinds for which no case showed that all they declare is needed, with what was declared in vain the last time. */
  readonly needless: readonly { readonly kind: string; readonly declared: readonly string[] }[];
}

export function summary(
  cases: number,
  versions: readonly number[],
  runs: readonly Pick<CaseRun, 'measured' | 'proofs'>[],
): Summary {
  const byKind = new Map<string, string[][]>();
  for (const { kind, excess } of runs.flatMap(({ measured }) => measured)) {
    byKind.set(kind, [...(byKind.get(kind) ?? []), excess.map(({ relation, what }) => `${relation}: ${what}`)]);
  }
  const needless = [...byKind].flatMap(([kind, all]) => {
    if (all.some((declared) => declared.length === 0)) return [];
    return [{ kind, declared: all.at(-1) ?? [] }];
  });
  return {
    cases,
    proofs: cases + runs.reduce((sum, { proofs }) => sum + proofs, 0),
    versions,
    needless: needless.sort((a, b) => (a.kind < b.kind ? -1 : 1)),
  };
}
