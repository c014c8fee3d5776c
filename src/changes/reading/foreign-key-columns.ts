// Do the columns of a foreign key fit those they refer to, and what happens to them on DELETE?
import type { Name } from '../../model/change.ts';
import { type ConstraintFacts, entryOf, type Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import type { Constraint } from '../../sql/syntax.ts';
import { partsOf, printName, relationFacts } from '../name.ts';

/** Where both types are known. */
export function differentTypes(
  table: Name,
  { columns, references }: ConstraintFacts,
  other: Name,
  facts: Facts,
): readonly Hazard[] {
  const [own, its] = [relationFacts(table, facts), relationFacts(other, facts)];
  const key = Object.values(its?.constraints ?? {}).find(({ kind }) => kind === 'primary-key')?.columns ?? [];
  const targets = (references?.columns.length ?? 0) > 0 ? (references?.columns ?? []) : key;
  return columns.flatMap((column, index): readonly Hazard[] => {
    const target = targets[index] ?? '';
    const [from, to] = [entryOf(own?.columns, column)?.type ?? null, entryOf(its?.columns, target)?.type ?? null];
    if (from === null || to === null || plainType(from) === plainType(to) || isWider(from, to)) return [];
    return [
      {
        code: 'foreign-key-type-differs',
        family: 'design',
        severity: 'warning',
        message: `column ${printName(table, column)} is ${from}, but ${printName(other, target)} is ${to}`,
        why: 'A value of the other table may not fit here, and each look-up must convert.',
        instead: `Give ${printName(table, column)} the type ${to} before it refers to ${printName(other)}.`,
        together: {
          item: `${printName({ schema: null, name: column })} (${from}, but ${printName(other, target)} is ${to})`,
          summary: `columns of ${printName(table)} have other types than what they refer to`,
          instead: 'Give each the type of the column it refers to, before it does.',
        },
      },
    ];
  });
}

const integers: readonly string[] = ['smallint', 'integer', 'bigint'];

/** An integer that holds all that the other holds does no harm. */
function isWider(from: string, to: string): boolean {
  return integers.includes(to) && integers.indexOf(from) > integers.indexOf(to);
}

/** How long a text may be does not matter to a key. */
function plainType(type: string): string {
  const bare = type.replace(/\(.*\)/, '').trim();
  return bare === 'character varying' ? 'text' : bare;
}

export function nullsIntoNotNull(
  table: Name,
  { columns }: ConstraintFacts,
  definition: Constraint,
  facts: Facts,
): readonly Hazard[] {
  const { fk_del_action: onDelete, fk_upd_action: onUpdate, fk_del_set_cols: some } = definition;
  if (onDelete !== 'n' && onUpdate !== 'n') return [];
  const set = onDelete === 'n' && onUpdate !== 'n' && some !== undefined ? partsOf(some) : columns;
  const column = set.find((name) => entryOf(relationFacts(table, facts)?.columns, name)?.notNull === true);
  if (column === undefined) return [];
  const action = onDelete === 'n' ? 'ON DELETE SET NULL' : 'ON UPDATE SET NULL';
  return [
    {
      code: 'set-null-into-not-null',
      family: 'design',
      severity: 'warning',
      message: `${action} would set column ${printName(table, column)}, which is NOT NULL`,
      why: `Each ${onDelete === 'n' ? 'DELETE' : 'UPDATE'} of a row that is referred to fails on the NOT NULL.`,
      instead: `Say ${onDelete === 'n' ? 'ON DELETE CASCADE, RESTRICT' : 'ON UPDATE CASCADE'} or NO ACTION, or let the column be NULL.`,
    },
  ];
}
