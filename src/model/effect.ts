// What does a change make, take away or rename, so that the statements after it are judged rightly?
import type { Name } from './change.ts';
import type {
  ColumnFacts,
  ConstraintFacts,
  DomainFacts,
  FunctionVolatility,
  PolicySort,
  RelationFacts,
} from './facts.ts';

/** Effects are folded into the facts in the order of the statements. */
export type Effect =
  | {
      readonly effect: 'make-relation';
      readonly name: Name;
      readonly kind: RelationFacts['kind'];
      readonly columns?: Readonly<Record<string, ColumnFacts>>;
      readonly constraints?: Readonly<Record<string, ConstraintFacts>>;
      readonly parents?: readonly Name[];
      readonly table?: Name;
      readonly indexed?: readonly string[];
      readonly isUnique?: boolean;
      readonly isDefaultPartition?: boolean;
    }
  | { readonly effect: 'take-relation'; readonly name: Name }
  | { readonly effect: 'rename-relation'; readonly from: Name; readonly to: Name }
  | {
      readonly effect: 'set-column';
      readonly table: Name;
      readonly column: string;
      readonly facts: Partial<ColumnFacts>;
    }
  | { readonly effect: 'take-column'; readonly table: Name; readonly column: string }
  | { readonly effect: 'move-column'; readonly table: Name; readonly from: string; readonly to: string }
  | { readonly effect: 'set-constraint'; readonly table: Name; readonly name: string; readonly facts: ConstraintFacts }
  | { readonly effect: 'prove-constraint'; readonly table: Name; readonly name: string }
  | { readonly effect: 'take-constraint'; readonly table: Name; readonly name: string }
  | { readonly effect: 'move-constraint'; readonly table: Name; readonly from: string; readonly to: string }
  | {
      readonly effect: 'set-parent';
      readonly table: Name;
      readonly parent: Name;
      readonly isDefaultPartition?: boolean;
    }
  | { readonly effect: 'take-parent'; readonly table: Name; readonly parent: Name }
  | {
      readonly effect: 'make-type';
      readonly name: Name;
      readonly domain?: DomainFacts;
      /** Of an enum. */
      readonly labels?: readonly string[];
    }
  /** A type of any sort goes by another name from then on, and what is of it follows. */
  | { readonly effect: 'move-type'; readonly from: Name; readonly to: Name }
  | { readonly effect: 'rename-label'; readonly type: Name; readonly from: string; readonly to: string }
  /** A CHECK or NOT NULL is added to a domain that is there. */
  | { readonly effect: 'constrain-domain'; readonly domain: Name }
  | { readonly effect: 'take-type'; readonly name: Name }
  | { readonly effect: 'add-label'; readonly type: Name; readonly label: string }
  | { readonly effect: 'set-row-security'; readonly table: Name; readonly enabled: boolean }
  | { readonly effect: 'set-policy'; readonly table: Name; readonly name: string; readonly sort: PolicySort }
  | { readonly effect: 'take-policy'; readonly table: Name; readonly name: string }
  | { readonly effect: 'move-policy'; readonly table: Name; readonly from: string; readonly to: string }
  | { readonly effect: 'set-replica-identity'; readonly table: Name; readonly told: boolean }
  | {
      readonly effect: 'set-function';
      readonly name: Name;
      /** Types of its arguments; null where the statement leaves them out, which means all of that name. */
      readonly arguments: readonly string[] | null;
      /** Null where it is taken away, or goes by another name. */
      readonly volatility: FunctionVolatility | null;
    }
  | { readonly effect: 'make-object'; readonly object: string }
  | { readonly effect: 'set-time-zone'; readonly zone: string | null }
  | { readonly effect: 'set-search-path'; readonly schemas: readonly string[] };
