// How is a column's definition pulled apart: what is added with the column, and what after it?
import type { ColumnDef, Constraint } from '../../sql/syntax.ts';
import type { ColumnReading } from './column.ts';
import type { NamedConstraint } from './constraint.ts';

/** A constraint written with the column, as one of the table. */
export interface ApartConstraint extends NamedConstraint {
  readonly definition: Constraint;
}

export interface ApartColumn {
  /** With the constraints that stay, and the words that follow them. */
  readonly definition: ColumnDef;
  readonly apart: readonly ApartConstraint[];
  /** COMPRESSION and STORAGE as written, which are not in the definition any more. */
  readonly compression: string | null;
  readonly storage: string | null;
}

/** `stays`: whether something goes with the column itself. */
export function columnApart(
  definition: ColumnDef,
  column: ColumnReading,
  stays: (node: Constraint, named: NamedConstraint | undefined) => boolean,
): ApartColumn {
  const nodes = (definition.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const named = [...column.constraints];
  const kept: Constraint[] = [];
  const apart: ApartConstraint[] = [];
  for (const [index, node] of nodes.entries()) {
    if (isWord(node)) continue;
    const end = nodes.findIndex((other, at) => at > index && !isWord(other));
    const words = nodes.slice(index + 1, end === -1 ? undefined : end);
    const own = isNamed(node) ? named.shift() : undefined;
    if (own === undefined || stays(node, own)) {
      if (stays(node, own)) kept.push(node, ...words);
    } else apart.push({ ...own, definition: ofTable(node, words, column.name) });
  }
  // PostgreSQL’s printer does not know these words: they are said right after.
  const { constraints: _, compression, storage_name: storage, ...rest } = definition;
  return {
    compression: compression ?? null,
    storage: storage ?? null,
    definition: kept.length === 0 ? rest : { ...rest, constraints: kept.map((node) => ({ Constraint: node })) },
    apart,
  };
}

/** DEFERRABLE and the like belong to what stands before them. */
function isWord({ contype }: Constraint): boolean {
  return contype?.startsWith('CONSTR_ATTR_') === true;
}

function isNamed({ contype }: Constraint): boolean {
  return /^CONSTR_(PRIMARY|UNIQUE|FOREIGN|CHECK|NOTNULL)$/.test(contype ?? '');
}

function ofTable(node: Constraint, words: readonly Constraint[], column: string): Constraint {
  const has = (word: Constraint['contype']) => words.some(({ contype }) => contype === word);
  const own = [{ String: { sval: column } }];
  const initdeferred = has('CONSTR_ATTR_DEFERRED');
  return {
    ...node,
    ...(node.contype === 'CONSTR_FOREIGN' ? { fk_attrs: own } : node.contype === 'CONSTR_CHECK' ? {} : { keys: own }),
    ...(initdeferred || has('CONSTR_ATTR_DEFERRABLE') ? { deferrable: true } : {}),
    ...(initdeferred ? { initdeferred } : {}),
  };
}
