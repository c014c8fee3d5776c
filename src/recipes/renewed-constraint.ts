// How is a constraint that the catalog has read, and added again so that it holds for new rows only for now?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { Constraint, SyntaxNode } from '../sql/syntax.ts';
import { columnsIn } from './column-words.ts';
import type { DraftStep } from './draft.ts';
import { partsOfTable } from './key-of.ts';

export class CannotRenew extends Error {}

/** What a newer server prints may not be SQL for us. */
export function readable(parse: Definition['parse']): Definition['parse'] {
  return (sql) => {
    try {
      return parse(sql);
    } catch {
      throw new CannotRenew(`A definition in the catalog cannot be read: ${sql}`);
    }
  };
}

export interface Definition {
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly print: (node: SyntaxNode) => string | null;
}

export type Found = readonly [name: string, properties: Properties];

export function constraintOf(
  [, { definition }]: Found,
  { parse, table }: Pick<Definition, 'parse'> & { readonly table: string },
): Constraint | null {
  // NOT NULL goes with the column; of a constraint trigger there is this word only.
  if (typeof definition !== 'string' || definition.startsWith('NOT NULL ') || definition === 'TRIGGER') return null;
  for (const node of parse(`ALTER TABLE ${table} ADD ${definition}`)) {
    const command = 'AlterTableStmt' in node ? node.AlterTableStmt.cmds?.[0] : undefined;
    const def = command !== undefined && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
    if (def !== undefined && 'Constraint' in def) return def.Constraint;
  }
  throw new CannotRenew(`The definition of a constraint of the column cannot be read: ${definition}.`);
}

export const nameIn = (printed: string) => partsOfName(printed).at(-1) ?? '';

export function comment(on: string, { comment: text }: Properties): readonly DraftStep[] {
  if (typeof text !== 'string') return [];
  return [{ sql: `COMMENT ON ${on} IS ${quoteLiteral(text)}`, does: 'keep the comment' }];
}

/** What cannot be told from the definition, and is not made anew. */
export function refuseOdd(what: string, own: Properties): void {
  if (own.valid === false || own.ready === false)
    throw new CannotRenew(`${what} is invalid: drop it, or build it anew, in a migration before this one.`);
  if (own['depends on extension'] !== undefined) throw new CannotRenew(`${what} goes with an extension.`);
  if (own.enforced === false) throw new CannotRenew(`${what} is not enforced.`);
  if (own.triggers !== undefined) throw new CannotRenew(`The triggers of ${what} are disabled.`);
}

export function addNotValid(
  [printed, own]: Found,
  table: string,
  constraint: Constraint,
  name: string,
  { print, parse }: Definition,
): string {
  refuseOdd(`Constraint ${printed}`, own);
  const [target] = parse(`ALTER TABLE ${table} DROP x`);
  if (target === undefined || !('AlterTableStmt' in target))
    throw new CannotRenew(`The name of ${table} cannot be read.`);
  const { initially_valid: _, ...rest } = constraint;
  const def: Constraint = {
    ...rest,
    conname: name,
    skip_validation: true,
    ...(own.deferrable === true ? { deferrable: true } : {}),
    ...(own.deferred === true ? { initdeferred: true } : {}),
    ...(own['no inherit'] === true ? { is_no_inherit: true } : {}),
  };
  const sql = print({
    AlterTableStmt: {
      ...target.AlterTableStmt,
      cmds: [{ AlterTableCmd: { subtype: 'AT_AddConstraint', def: { Constraint: def }, behavior: 'DROP_RESTRICT' } }],
    },
  });
  if (sql === null) throw new CannotRenew(`PostgreSQL’s printer cannot write constraint ${printed}.`);
  return sql;
}

/** CHECK constraints of the table that name the column. */
export function checksOf(
  how: Definition & {
    readonly catalog: Catalog;
    readonly printed: string;
    readonly table: string;
    readonly column: string;
  },
): readonly { readonly found: Found; readonly constraint: Constraint }[] {
  return partsOfTable(how.catalog, 'constraint', how.printed).flatMap((found) => {
    const constraint = constraintOf(found, how);
    if (constraint?.contype !== 'CONSTR_CHECK') return [];
    return columnsIn({ Constraint: constraint }).has(how.column) ? [{ found, constraint }] : [];
  });
}

/** The same constraint under the same name, holding for new rows only for now. */
export function notValidAgain(
  { found, constraint }: { readonly found: Found; readonly constraint: Constraint },
  how: Definition & { readonly table: string },
) {
  const [printed, own] = found;
  const name = nameIn(printed);
  const on = `CONSTRAINT ${quoteIdentifier(name)} ON ${how.table}`;
  return {
    name: quoteIdentifier(name),
    validates: own.validated !== false,
    drop: {
      sql: `ALTER TABLE ${how.table} DROP CONSTRAINT ${quoteIdentifier(name)}`,
      does: `drop ${name} for a moment`,
    },
    add: [
      { sql: addNotValid(found, how.table, constraint, name, how), does: 'hold new rows to it again' },
      ...comment(on, own),
    ],
  };
}
