// How is a constraint carried out that PostgreSQL would prove by reading all rows under a lock?
import type { Name } from '../../model/change.ts';
import { type ConstraintFacts, type Facts, qualifiedName } from '../../model/facts.ts';
import { addThenValidate, type Proof, proveFirst } from '../../recipes/add-then-validate.ts';
import type { AlterTableCmd, SyntaxNode } from '../../sql/syntax.ts';
import { relationFacts } from '../name.ts';
import type { Planned, Way } from '../way.ts';
import { type AddsConstraint, childrenOf, isPartitioned } from './add-constraint.ts';
import { addCommand, alterAnew, dropCommand, notValid, validateCommand } from './alter-anew.ts';
import { freeConstraintName } from './free-name.ts';
import { nameOfKey } from './key.ts';

export const unprintable = { cannot: 'Its parts cannot be written apart so that they surely mean the same.' } as const;

/** NOT VALID under the name that PostgreSQL would choose, then VALIDATE. */
export function plannedConstraint(
  { definition, constraint }: Pick<AddsConstraint, 'definition' | 'constraint'>,
  way: Way,
): Planned {
  const add = alterAnew(way, addCommand(notValid(definition, constraint)));
  const validate = alterAnew(way, validateCommand(constraint));
  return add === null || validate === null ? unprintable : addThenValidate({ add, validate });
}

/**
 * Whether a NOT NULL constraint can be added under the very name PostgreSQL would choose: 18 has such constraints, and they
 * keep their names when columns and tables are renamed, which is known of those in the live catalog only.
 */
export function knowsNotNullName(table: Name, facts: Facts, way: Way): boolean {
  return facts.major >= 18 && !way.touchedBy(table).some(({ kind }) => kind.startsWith('rename-'));
}

/** A CHECK (column IS NOT NULL) for a while; `then` reads nothing, since it proves the rest. */
export function provedNotNull(table: Name, column: string, only: boolean, facts: Facts, way: Way): Planned {
  const name = freeConstraintName(`${table.name}_${column}_roadbook`, facts, way.catalog);
  const expression: SyntaxNode = {
    NullTest: { arg: { ColumnRef: { fields: [{ String: { sval: column } }] } }, nulltesttype: 'IS_NOT_NULL' },
  };
  const [proof, then] = [
    checkFor(name, expression, 'new NULLs', (command) => alterAnew(way, command), only),
    alterAnew(way, { subtype: 'AT_SetNotNull', name: column, behavior: 'DROP_RESTRICT' }),
  ];
  if (proof === null || then === null) return unprintable;
  return proveFirst([proof], [{ sql: then, does: 'make the column NOT NULL, which reads nothing now' }]);
}

/** The three statements of a CHECK that is there for a while; null where one cannot be printed. */
export function checkFor(
  name: string,
  expression: SyntaxNode,
  refuses: string,
  write: (command: AlterTableCmd) => string | null,
  noInherit = false,
): Proof | null {
  const add = write(
    addCommand({
      contype: 'CONSTR_CHECK',
      conname: name,
      is_enforced: true,
      skip_validation: true,
      ...(noInherit ? { is_no_inherit: true } : {}),
      raw_expr: expression,
    }),
  );
  const [validate, drop] = [write(validateCommand(name)), write(dropCommand(name))];
  return add === null || validate === null || drop === null ? null : { add, validate, drop, refuses };
}

/** A NOT NULL constraint of the column that is not validated: PostgreSQL 18. */
export function unvalidatedNotNull(table: Name, column: string, facts: Facts): string | null {
  const found = Object.entries(relationFacts(table, facts)?.constraints ?? {}).find(
    ([, { kind, columns, validated }]) => kind === 'not-null' && !validated && columns[0] === column,
  );
  return found?.[0] ?? null;
}

/** Tables below, children and theirs. */
export function descendantsOf(table: Name, facts: Facts): readonly Name[] {
  const found = new Set<string>();
  const visit = (name: Name): void => {
    for (const key of childrenOf(name, facts)) {
      if (found.has(key)) continue;
      found.add(key);
      visit(nameOfKey(key));
    }
  };
  visit(table);
  found.delete(qualifiedName(table));
  return [...found].map(nameOfKey);
}

/** The partitions that hold the rows. */
export function leavesOf(table: Name, facts: Facts): readonly Name[] {
  return descendantsOf(table, facts).filter((name) => !isPartitioned(name, facts));
}

/** One that a child has by that name and that is not validated: PostgreSQL refuses to merge a valid one with it, but not one that is NOT VALID. */
export function conflictsBelow(table: Name, has: (constraint: ConstraintFacts, name: string) => boolean, facts: Facts) {
  return descendantsOf(table, facts).some((child) =>
    Object.entries(relationFacts(child, facts)?.constraints ?? {}).some(
      ([name, constraint]) => !constraint.validated && has(constraint, name),
    ),
  );
}
