// What keeps the type of a column as it is, and what must go with that: views over views, functions, policies, rules, triggers?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { columnsIn, queryUses } from './column-words.ts';
import { type Named, namesOneOf } from './names-one-of.ts';
import { publicationUses } from './publication-entry.ts';
import { CannotRenew, readable } from './renewed-constraint.ts';
import { rowTypeUser } from './shadow-obstacles.ts';

export const standing = ['view', 'materialized view', 'function', 'procedure'] as const;
export const hanging = ['publication', 'rule', 'trigger', 'policy'] as const;

/** One that PostgreSQL wants out of the way, or that uses such a one. */
export interface User {
  readonly kind: (typeof standing)[number] | (typeof hanging)[number];
  /** As the catalog writes it. */
  readonly printed: string;
  readonly own: Properties;
}

export interface Users {
  /** Others may use these; each stands behind all that it uses itself. */
  readonly standing: readonly User[];
  /** Nothing uses these. */
  readonly hanging: readonly User[];
}

export interface Used {
  readonly catalog: Catalog;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  /** As the catalog writes it. */
  readonly printed: string;
  /** Not quoted. */
  readonly columns: readonly string[];
}

export interface Tables {
  readonly printed: ReadonlySet<string>;
  readonly names: readonly Name[];
}

/** Those of partitions and children too, which get the new type with the table. Throws `CannotRenew`. */
export function usersOf(given: Used): Users {
  const used = { ...given, parse: readable(given.parse) };
  const tables = tablesOf(used.catalog, used.printed);
  const found: User[] = [];
  for (let more = firstUsers(used, tables); more.length > 0; more = nextUsers(used, found)) found.push(...more);
  refuseGenerated(used, tables);
  const standingUsers = found.filter(isStanding);
  for (const user of standingUsers) refuseHeld(user, standingUsers, used);
  return { standing: inOrder(standingUsers, used), hanging: found.filter((user) => !isStanding(user)) };
}

function isStanding({ kind }: User): boolean {
  return standing.some((one) => one === kind);
}

export function nameOf(printed: string): Name {
  const [schema = '', name = ''] = partsOfName(printed);
  return { schema, name };
}

/** The table, and all that have the column from it. */
export function tablesOf({ objects }: Catalog, printed: string): Tables {
  const all = [printed];
  for (const one of all) {
    for (const [other, { inherits }] of Object.entries({ ...objects.table, ...objects['foreign table'] }))
      if (Array.isArray(inherits) && inherits.includes(one) && !all.includes(other)) all.push(other);
  }
  return { printed: new Set(all), names: all.map(nameOf) };
}

function usersIn(catalog: Catalog, isOne: (user: User) => boolean): readonly User[] {
  return [...standing, ...hanging].flatMap((kind) =>
    Object.entries(catalog.objects[kind] ?? {})
      .map(([printed, own]) => ({ kind, printed, own }))
      .filter(isOne),
  );
}

/** A text that does not hold the name need not be read. */
const written = (text: string, { name }: Name) => text.includes(name.replaceAll('"', '""'));

function texts({ own }: User): readonly string[] {
  return [own.definition, own.using, own.check].flatMap((text) => (typeof text === 'string' ? [text] : []));
}

function treesOf(user: User, parse: Used['parse']): readonly SyntaxNode[] {
  if (user.kind === 'publication') return [];
  return texts(user).flatMap((text) => parse(user.kind === 'policy' ? `SELECT (${text})` : text));
}

function firstUsers({ catalog, parse, columns }: Used, tables: Tables): readonly User[] {
  const hasColumn = (trees: readonly SyntaxNode[]) => {
    const named = columnsIn(trees);
    return columns.some((column) => named.has(column));
  };
  return usersIn(catalog, (user) => {
    const table = /^(?:foreign )?table (.*)$/s.exec(String(user.own.on))?.[1];
    const isOwn = table !== undefined && tables.printed.has(table);
    if (user.kind === 'publication') return publicationUses(user.own, tables.printed, columns, parse);
    if (user.kind === 'trigger')
      return isOwn && user.own.parent === undefined && treesOf(user, parse).some((node) => triggerNames(node, columns));
    const isNamed = tables.names.some((name) => texts(user).some((text) => written(text, name)));
    if (!isNamed && !isOwn) return false;
    if (!hasQuery(user)) return false;
    const trees = treesOf(user, parse);
    return (isOwn && hasColumn(trees)) || tables.names.some((name) => queryUses(trees, name, columns));
  });
}

/** The body of a function that is a text is nothing to PostgreSQL. */
function hasQuery({ kind, own }: User): boolean {
  return (kind !== 'function' && kind !== 'procedure') || /\b(BEGIN ATOMIC|RETURN )/.test(String(own.definition));
}

function triggerNames(node: SyntaxNode, columns: readonly string[]): boolean {
  if (!('CreateTrigStmt' in node)) return false;
  const { columns: listed = [], whenClause } = node.CreateTrigStmt;
  const named = listed.flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
  const inWhen = whenClause === undefined ? new Set<string>() : columnsIn(whenClause);
  return columns.some((column) => named.includes(column) || inWhen.has(column));
}

function asNamed({ kind, printed }: User): Named {
  const isRoutine = kind === 'function' || kind === 'procedure';
  return { ...nameOf(printed.replace(/\(.*$/s, '')), isRoutine };
}

function nextUsers({ catalog, parse }: Used, found: readonly User[]): readonly User[] {
  const gone = found.filter(isStanding).map(asNamed);
  const known = new Set(found.map(({ kind, printed }) => `${kind} ${printed}`));
  return usersIn(catalog, (user) => {
    if (known.has(`${user.kind} ${user.printed}`)) return false;
    if (!gone.some((name) => texts(user).some((text) => written(text, name)))) return false;
    return namesOneOf(treesOf(user, parse), gone);
  });
}

function refuseGenerated({ catalog, parse, columns }: Used, { printed }: Tables): void {
  for (const [name, { generated, on }] of Object.entries(catalog.objects.column ?? {})) {
    if (typeof generated !== 'string' || !printed.has(String(on).replace(/^(foreign )?table /, ''))) continue;
    const named = columnsIn(parse(`SELECT ${generated.replace(/^\w+ /, '')}`));
    if (columns.some((column) => named.has(column)))
      throw new CannotRenew(
        `PostgreSQL refuses it, since generated column ${name} is computed of the column: drop that before, and add it again after, in the same migration.`,
      );
  }
}

/** What would have to go with it, and is not made anew. */
function refuseHeld({ kind, printed }: User, gone: readonly User[], { catalog }: Used): void {
  const away = new Set(gone.map((one) => `${one.kind} ${one.printed}`));
  if (kind === 'view' || kind === 'materialized view') {
    const columns = Object.entries(catalog.objects.column ?? {}).filter(([, { on }]) => !away.has(String(on)));
    const left = { ...catalog, objects: { ...catalog.objects, column: Object.fromEntries(columns) } };
    const holder = rowTypeUser(left, printed);
    if (holder !== null)
      throw new CannotRenew(`${holder} holds whole rows of ${kind} ${printed}, which uses the column.`);
    return;
  }
  const call = `${printed.replace(/\(.*$/s, '')}(`;
  for (const other of ['column', 'constraint', 'index', 'domain', 'aggregate', 'cast', 'operator', 'event trigger']) {
    for (const [name, own] of Object.entries(catalog.objects[other] ?? {})) {
      if (!away.has(String(own.on)) && Object.values(own).some((value) => String(value).includes(call)))
        throw new CannotRenew(`${other} ${name} calls ${kind} ${printed}, which uses the column.`);
    }
  }
}

function inOrder(users: readonly User[], { parse }: Used): readonly User[] {
  const done: User[] = [];
  const open = new Set<User>();
  const visit = (user: User): void => {
    if (done.includes(user)) return;
    if (open.has(user)) throw new CannotRenew(`${user.kind} ${quoteIdentifier(user.printed)} uses itself in a circle.`);
    open.add(user);
    const trees = treesOf(user, parse);
    for (const other of users) if (other !== user && namesOneOf(trees, [asNamed(other)])) visit(other);
    done.push(user);
  };
  for (const user of users) visit(user);
  return done;
}
