// Has a table an index already that PostgreSQL would take for the one that is wanted?
import type { Properties } from '../../database/catalog/index.ts';
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts, qualifiedName } from '../../model/facts.ts';
import { sameTree } from '../../sql/checksum.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { IndexStmt, SyntaxNode } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { leadingColumns } from './covering-index.ts';
import type { Standing } from './index-places.ts';
import { nameOfKey } from './key.ts';

type Likeness = 'same' | 'other' | 'unclear';

/** As DefineIndex looks for it on each partition: of the same make, and part of no other index. */
export function standingIndex(table: Name, wanted: IndexStmt, facts: Facts, way: Way): Standing {
  const key = qualifiedName(table);
  const found: [Name, Likeness][] = [];
  for (const [name, known] of Object.entries(facts.relations)) {
    if (known.kind !== 'index' || known.table !== key) continue;
    const index = nameOfKey(name);
    const printed = printName(index);
    const properties = known.isNew ? undefined : entryOf(way.catalog.objects.index, printed);
    if (known.parents.length > 0 || properties?.['attached to'] !== undefined) continue;
    const likeness = likenessOf(properties, known.indexed[0], wanted, way);
    if (likeness !== 'other') found.push([index, likeness]);
  }
  return chosen(found);
}

export interface WantedKey {
  readonly kind: 'primary-key' | 'unique';
  readonly columns: readonly string[];
  /** As PostgreSQL prints it: `UNIQUE (email) INCLUDE (name)`. */
  readonly definition: string;
}

/** A key of a partitioned table takes only indexes that belong to a key themselves. */
export function standingKey(table: Name, wanted: WantedKey, facts: Facts, { catalog }: Way): Standing {
  const found: [Name, Likeness][] = [];
  for (const [name, known] of Object.entries(relationFacts(table, facts)?.constraints ?? {})) {
    if (known.kind !== 'primary-key' && known.kind !== 'unique') continue;
    if (known.columns.join() !== wanted.columns.join()) continue;
    const index = { schema: table.schema, name };
    const own = relationFacts(index, facts);
    const properties = own?.isNew === true ? undefined : entryOf(catalog.objects.index, printName(index));
    if ((own?.parents.length ?? 0) > 0 || properties?.['attached to'] !== undefined) continue;
    const definition = entryOf(catalog.objects.constraint, printName(table, name))?.definition;
    const isSame = properties !== undefined && properties.valid !== false && definition === wanted.definition;
    found.push([index, isSame ? 'same' : 'unclear']);
  }
  return chosen(found);
}

/** With two of them it is the older one, and which that is nobody knows here. */
function chosen(found: readonly (readonly [Name, Likeness])[]): Standing {
  const [first] = found;
  if (first === undefined) return 'none';
  return found.length === 1 && first[1] === 'same' ? { index: first[0] } : 'unclear';
}

function likenessOf(there: Properties | undefined, leading: string | undefined, wanted: IndexStmt, way: Way): Likeness {
  if (there === undefined) {
    const [one, other] = [leadingColumns(wanted)[0], leading?.split(',')[0]];
    return one !== undefined && other !== undefined && one !== other ? 'other' : 'unclear';
  }
  const { definition, valid } = there;
  // The index of a constraint: a key's is unique, and an exclusion constraint's is never taken.
  if (typeof definition !== 'string') return wanted.unique === true ? 'unclear' : 'other';
  const [node] = way.parse(definition);
  if (node === undefined || !('IndexStmt' in node)) return 'unclear';
  const likeness = compared(node.IndexStmt, wanted);
  return likeness === 'same' && valid === false ? 'unclear' : likeness;
}

/** Sort order does not count for PostgreSQL here; operator classes, collations and expressions count by what they mean, not by how they are written. */
function compared(there: IndexStmt, wanted: IndexStmt): Likeness {
  const flags = ({ accessMethod, unique, nulls_not_distinct: nulls, whereClause }: IndexStmt) =>
    JSON.stringify([accessMethod ?? 'btree', unique === true, nulls === true, whereClause === undefined]);
  const [own, others] = [parts(there.indexParams), parts(wanted.indexParams)];
  const [included, including] = [parts(there.indexIncludingParams), parts(wanted.indexIncludingParams)];
  if (flags(there) !== flags(wanted) || own.length !== others.length || included.length !== including.length) {
    return 'other';
  }
  const pairs = [...own, ...included].map((part, index) => [part, [...others, ...including][index] ?? {}] as const);
  if (pairs.some(([one, other]) => one.name !== other.name)) return 'other';
  const isSame =
    pairs.every(([one, other]) => sameMeaning(one, other)) &&
    (there.whereClause === undefined || isSameTree(there.whereClause, wanted.whereClause));
  return isSame ? 'same' : 'unclear';
}

type Part = Extract<SyntaxNode, { IndexElem: unknown }>['IndexElem'];

function parts(elements: readonly SyntaxNode[] | undefined): readonly Part[] {
  return (elements ?? []).flatMap((element) => ('IndexElem' in element ? [element.IndexElem] : []));
}

function sameMeaning(one: Part, other: Part): boolean {
  const meaning = ({ name, collation, opclass, opclassopts }: Part): SyntaxNode => ({
    IndexElem: {
      ...(name === undefined ? {} : { name }),
      ...(collation === undefined ? {} : { collation }),
      ...(opclass === undefined ? {} : { opclass }),
      ...(opclassopts === undefined ? {} : { opclassopts }),
    },
  });
  return isSameTree(one.expr, other.expr) && sameTree(meaning(one), meaning(other));
}

function isSameTree(one: SyntaxNode | undefined, other: SyntaxNode | undefined): boolean {
  return one === undefined || other === undefined ? one === other : sameTree(one, other);
}

/** As pg_get_constraintdef prints a key. */
export function keyDefinition(
  words: string,
  columns: readonly string[],
  including: readonly string[],
  nullsNotDistinct: boolean,
): string {
  const list = (names: readonly string[]) => `(${names.map(quoteIdentifier).join(', ')})`;
  const include = including.length > 0 ? ` INCLUDE ${list(including)}` : '';
  return `${words}${nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''} ${list(columns)}${include}`;
}
