// Is what is there what the statement would make, as far as its text tells?
import type { Catalog } from '../../database/catalog/index.ts';
import type { ColumnFacts, ConstraintFacts, Facts, RelationFacts } from '../../model/facts.ts';
import { canonical } from '../../sql/checksum.ts';
import type { Parser } from '../../sql/parser.ts';
import type { ColumnDef, IndexStmt, SyntaxNode } from '../../sql/syntax.ts';
import { kindWord, type Leftover } from './there-already.ts';
import { type Wanted, wantedAfter, wantedBy } from './wanted.ts';

export interface Likeness {
  /** `unclear`: nothing differs that can be compared, but not all can. */
  readonly is: 'equal' | 'different' | 'unclear';
  /** Each a part of a sentence: `column email: character varying(50) there, text in the migration`. */
  readonly differences: readonly string[];
  /** What could not be compared, in the same way. */
  readonly doubts: readonly string[];
}

export interface Known {
  readonly catalog: Catalog;
  readonly parser: Parser;
}

/** With what the statement makes, or with what the rest of its migration, `after`, makes of that: a script may have run to its end. */
export function likenessOf(leftover: Leftover, after: Facts, known: Known): Likeness {
  const made = compare(leftover, wantedBy(leftover), known);
  if (made.is !== 'different') return made;
  const later = wantedAfter(leftover, after);
  if (later === null) return made;
  const ended = compare(leftover, later, known);
  return ended.is === 'different' ? made : ended;
}

function compare(leftover: Leftover, wanted: Wanted, known: Known): Likeness {
  const [differences, doubts]: [string[], string[]] = [[], []];
  const notes: Notes = { differs: (text) => differences.push(text), doubts: (text) => doubts.push(text) };
  switch (leftover.sort) {
    case 'relation':
      compareRelations(leftover, wanted, known, notes);
      break;
    case 'column': {
      const { def } = leftover.step.command ?? {};
      compareColumns('', leftover.there, wanted.column ?? {}, notes);
      if (def !== undefined && 'ColumnDef' in def) compareDefaults('', leftover.printed, def.ColumnDef, known, notes);
      break;
    }
    case 'constraint':
      if (wanted.constraint !== undefined) compareConstraints(leftover, wanted.constraint, notes);
      break;
    case 'type':
      compareLabels(leftover, wanted.labels ?? null, notes);
      break;
    case 'function':
    case 'other':
      if (leftover.object.startsWith('schema ')) break;
      notes.doubts('its definition is not compared');
  }
  const is = differences.length > 0 ? 'different' : doubts.length > 0 ? 'unclear' : 'equal';
  return { is, differences, doubts };
}

interface Notes {
  readonly differs: (text: string) => void;
  readonly doubts: (text: string) => void;
}

type Of<Sort extends Leftover['sort']> = Extract<Leftover, { readonly sort: Sort }>;

function compareRelations(leftover: Of<'relation'>, wanted: Wanted, known: Known, notes: Notes): void {
  const { there, kind, step, properties } = leftover;
  if (there.kind !== kind) {
    notes.differs(`it is a ${kindWord(there.kind)}, and the migration makes a ${kindWord(kind)}`);
    return;
  }
  if (kind === 'index') {
    // With ONLY, that of a partitioned table is INVALID until each partition has one.
    const only = 'IndexStmt' in step.node && step.node.IndexStmt.relation?.inh !== true;
    if (properties?.valid === false && !only)
      notes.differs('it is INVALID: the run that built it did not come to its end');
    compareIndexes(properties?.definition, 'IndexStmt' in step.node ? step.node.IndexStmt : null, known, notes);
    return;
  }
  const { columns } = wanted;
  if (columns === undefined || there.columns === null || !('CreateStmt' in step.node)) {
    notes.doubts(kind === 'sequence' ? 'its options are not compared' : 'its definition is not compared');
    return;
  }
  compareColumnLists(there.columns, columns, notes);
  for (const element of step.node.CreateStmt.tableElts ?? []) {
    if (!('ColumnDef' in element)) continue;
    const { colname = '' } = element.ColumnDef;
    if (there.columns[colname] !== undefined)
      compareDefaults(`column ${colname}: `, columnKey(leftover, colname), element.ColumnDef, known, notes);
  }
  compareConstraintLists(there, wanted.constraints ?? [], notes);
}

function columnKey({ printed }: Of<'relation'>, column: string): string {
  return `${printed}.${/^[a-z_][a-z0-9_$]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`}`;
}

type Columns = Readonly<Record<string, ColumnFacts>>;

function compareColumnLists(there: Columns, wanted: Columns, notes: Notes): void {
  for (const name of Object.keys(wanted)) if (there[name] === undefined) notes.differs(`column ${name} is not there`);
  for (const [name, facts] of Object.entries(there)) {
    const own = wanted[name];
    if (own === undefined) notes.differs(`column ${name} is there, and not in the migration`);
    else compareColumns(`column ${name}: `, facts, own, notes);
  }
}

function compareColumns(of: string, there: ColumnFacts, wanted: Partial<ColumnFacts>, notes: Notes): void {
  const { type = null, notNull = false, hasDefault = false } = wanted;
  if (type === null || there.type === null) notes.doubts(`${of}its type is not known`);
  else if (!sameType(there.type, type)) notes.differs(`${of}${there.type} there, ${type} in the migration`);
  if (there.notNull !== notNull)
    notes.differs(there.notNull ? `${of}NOT NULL there only` : `${of}NOT NULL in the migration only`);
  if (there.hasDefault !== hasDefault)
    notes.differs(there.hasDefault ? `${of}a default there only` : `${of}a default in the migration only`);
}

/** A type of the user's own is printed with its schema, or without where that is in the search path. */
function sameType(one: string, other: string): boolean {
  const bare = (type: string) => type.replace(/^(?:[a-z_][\w$]*|"(?:[^"]|"")*")\.(?=.)/, '');
  return one === other || (bare(one) === bare(other) && (one === bare(one) || other === bare(other)));
}

/** PostgreSQL writes a cast behind each constant: `'new'::text`. */
function compareDefaults(
  of: string,
  column: string,
  definition: ColumnDef,
  { catalog, parser }: Known,
  notes: Notes,
): void {
  const there = catalog.objects.column?.[column]?.default;
  const nodes = (definition.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const wanted = nodes.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr ?? definition.raw_default;
  if (typeof there !== 'string' || wanted === undefined) return;
  const [statement] = parser.split(`select ${there}`, 'catalog').statements;
  const target =
    statement !== undefined && 'SelectStmt' in statement.node ? statement.node.SelectStmt.targetList?.[0] : undefined;
  const value = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (value !== undefined && canonical(withoutCasts(value)) === canonical(withoutCasts(wanted))) return;
  notes.doubts(`${of}whether its default ${there} is what the migration says`);
}

function withoutCasts(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutCasts);
  if (typeof tree !== 'object' || tree === null) return tree;
  if ('TypeCast' in tree && typeof tree.TypeCast === 'object' && tree.TypeCast !== null && 'arg' in tree.TypeCast)
    return withoutCasts(tree.TypeCast.arg);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withoutCasts(value)]));
}

function compareConstraintLists(there: RelationFacts, wanted: readonly ConstraintFacts[], notes: Notes): void {
  const [own, others] = [Object.values(there.constraints).map(inWords), wanted.map(inWords)].map((list) =>
    list.filter((text) => text !== ''),
  );
  for (const text of new Set(others)) if (!own?.includes(text)) notes.differs(`${text} is not there`);
  for (const text of new Set(own))
    if (!others?.includes(text)) notes.differs(`${text} is there, and not in the migration`);
  if (others?.some((text) => text.startsWith('CHECK'))) notes.doubts('what its CHECKs say is not compared');
}

/** NOT NULL is told of the column. */
function inWords({ kind, columns, references }: ConstraintFacts): string {
  const list = `(${columns.join(', ')})`;
  if (kind === 'not-null') return '';
  if (kind === 'foreign-key') return `FOREIGN KEY ${list} REFERENCES ${references?.table ?? ''}`;
  return `${kind.replace('-', ' ').toUpperCase()} ${list}`;
}

function compareConstraints({ there, properties }: Of<'constraint'>, wanted: ConstraintFacts, notes: Notes): void {
  const [own, other] = [inWords(there), inWords(wanted)];
  if (own !== other) notes.differs(`${own} there, ${other} in the migration`);
  else if (there.kind === 'check' || there.kind === 'exclusion')
    notes.doubts(`what it says is not compared; there it is ${String(properties?.definition ?? '')}`);
  else if (there.references?.onDelete !== wanted.references?.onDelete) notes.differs('ON DELETE does something else');
  if (!there.validated && wanted.validated) notes.differs('it is NOT VALID there');
}

function compareLabels({ properties, object }: Of<'type'>, labels: readonly string[] | null, notes: Notes): void {
  const there = properties?.labels;
  if (labels === null) {
    if (object.startsWith('enum ')) notes.differs('it is an enum, and the migration makes another sort of type');
    else notes.doubts('its definition is not compared');
    return;
  }
  if (!Array.isArray(there)) {
    notes.differs(`it is a ${object.split(' ')[0]}, and the migration makes an enum`);
    return;
  }
  const own = there.map(String);
  const lacking = labels.filter((label) => !own.includes(label));
  const more = own.filter((label) => !labels.includes(label));
  if (lacking.length > 0) notes.differs(`the labels ${lacking.join(', ')} are not there`);
  if (more.length > 0) notes.differs(`the labels ${more.join(', ')} are there, and not in the migration`);
  if (lacking.length === 0 && more.length === 0 && own.join() !== labels.join())
    notes.differs(`the labels stand in another order there: ${own.join(', ')}`);
}

function compareIndexes(definition: unknown, wanted: IndexStmt | null, { parser }: Known, notes: Notes): void {
  if (wanted === null) return;
  if (typeof definition !== 'string') {
    notes.differs('it is the index of a constraint');
    return;
  }
  const [statement] = parser.split(definition, 'catalog').statements;
  if (statement === undefined || !('IndexStmt' in statement.node)) return;
  const there = statement.node.IndexStmt;
  if (there.relation?.relname !== wanted.relation?.relname)
    notes.differs(`it is on the table ${there.relation?.relname}, and not on ${wanted.relation?.relname}`);
  if (shape(there) === shape(wanted)) return;
  if (roughly(there) === roughly(wanted)) notes.doubts(`whether ${definition} is what the migration says`);
  else notes.differs(`there it is ${definition}`);
}

function shape({
  accessMethod,
  unique,
  nulls_not_distinct: nulls,
  indexParams,
  indexIncludingParams,
  whereClause,
}: IndexStmt): string {
  const parts = (list: readonly SyntaxNode[] = []) =>
    list.map((node) => {
      if (!('IndexElem' in node)) return node;
      const { ordering = 'SORTBY_DEFAULT', nulls_ordering: last = 'SORTBY_NULLS_DEFAULT', ...rest } = node.IndexElem;
      return { ...rest, ordering, last };
    });
  return canonical(
    withoutCasts([
      accessMethod ?? 'btree',
      unique === true,
      nulls === true,
      parts(indexParams),
      parts(indexIncludingParams),
      whereClause,
    ]),
  );
}

/** What must agree in any case; expressions, conditions and operator classes can be written in several ways. */
function roughly({ accessMethod, unique, indexParams, whereClause }: IndexStmt): string {
  const names = (indexParams ?? []).map((node) => ('IndexElem' in node ? (node.IndexElem.name ?? '()') : ''));
  const direction = (indexParams ?? []).map((node) => 'IndexElem' in node && node.IndexElem.ordering === 'SORTBY_DESC');
  return JSON.stringify([accessMethod ?? 'btree', unique === true, names, direction, whereClause === undefined]);
}
