// Which types go by another name before a change, so that the catalog, which is from before, means another by it?
import type { Properties } from '../../database/catalog/index.ts';
import type { Change, Name } from '../../model/change.ts';
import { qualifiedName } from '../../model/facts.ts';
import { printName } from '../name.ts';
import type { Cannot, Way } from '../way.ts';
import { keyOfType } from './enum-labels.ts';

interface Renamed {
  readonly from: Name;
  readonly to: Name;
  readonly change: Change;
}

/** Rows of a table or view are a type too. Of a schema the names stand alone. */
function renamedBy(change: Change): readonly Renamed[] {
  const one = (from: unknown, to: (from: Name) => Name) => (isName(from) ? [{ from, to: to(from), change }] : []);
  const word = (field: string) => textOf(change, field);
  if (change.kind === 'rename-type' && word('attribute') === null)
    return one(fieldOf(change, 'type'), ({ schema }) => ({ schema, name: word('newName') ?? '' }));
  if (change.kind === 'set-schema')
    return one(fieldOf(change, 'type') ?? fieldOf(change, 'relation'), ({ name }) => ({
      schema: word('schema'),
      name,
    }));
  if (change.kind === 'rename-schema') {
    const schema = (name: string) => ({ schema: null, name });
    return one(schema(word('from') ?? ''), () => schema(word('to') ?? ''));
  }
  if (change.kind === 'rename-view' && word('column') === null)
    return one(fieldOf(change, 'view'), ({ schema }) => ({ schema, name: word('newName') ?? '' }));
  const to = fieldOf(change, 'to');
  if (change.kind === 'rename-table' && isName(to)) return one(fieldOf(change, 'table'), () => to);
  return [];
}

/** Whether a type, as PostgreSQL prints it, has got or lost its name before. */
export function isRenamed(printed: string | null, { pending }: Pick<Way, 'pending'>): boolean {
  if (printed === null) return false;
  const key = keyOfType(printed);
  return pending().some((change) =>
    renamedBy(change).some(({ from, to }) => [from, to].some((each) => qualifiedName(each) === key)),
  );
}

/**
 * The name that a column's new type has was another's, which the column is of still. Where the application casts to that name,
 * all must have happened at once.
 */
export function nameIsTaken(type: string, { before }: Pick<Way, 'before'>): Cannot | null {
  const key = keyOfType(type);
  const found = before.flatMap(renamedBy).find(({ from }) => qualifiedName(from) === key);
  if (found === undefined) return null;
  const { from, to } = found;
  return {
    cannot: `The name ${printName(from)} goes from one type to another in this migration: until the column has the new one, whatever casts to that name would fail. Make the new type under a name of its own, change the column, and give it the name afterwards, once ${printName(from)} is ${printName(to)} or dropped.`,
  };
}

/** What would be made again by its definition, which says the old name. */
export function namesRenamed(
  definitions: readonly (readonly [what: string, own: Properties])[],
  way: Pick<Way, 'before' | 'pending'>,
): Cannot | null {
  const all = way.pending().flatMap(renamedBy);
  for (const [what, own] of definitions) {
    const texts = Object.entries(own).flatMap(([field, text]) =>
      typeof text === 'string' && !isNoDefinition.has(field) ? [text] : [],
    );
    const found = all.find(({ from }) => texts.some((text) => namesIn(text, from)));
    if (found !== undefined) {
      const later = way.pending().length > way.before.length ? { later: true } : {};
      return {
        cannot: `The definition of ${what} names ${printName(found.from)}, which a pending statement before it (${found.change.kind}: ${found.change.object}) calls ${printName(found.to)}: drop it before, and make it again afterwards.`,
        ...later,
      };
    }
  }
  return null;
}

const isNoDefinition: ReadonlySet<string> = new Set(['on', 'comment', 'owner', 'acl']);

/** The catalog prints a name with its schema, and quotes as the server's version does. */
function namesIn(text: string, { schema, name }: Name): boolean {
  const part = (word: string) => `(?:(?<![\\w$"])${escaped(word)}(?![\\w$"])|"${escaped(word.replaceAll('"', '""'))}")`;
  return new RegExp(`${schema === null ? '' : `${part(schema)}\\s*\\.\\s*`}${part(name)}`, 'u').test(text);
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function fieldOf(change: Change, field: string): unknown {
  return Object.entries(change).find(([own]) => own === field)?.[1] ?? null;
}

function textOf(change: Change, field: string): string | null {
  const value = fieldOf(change, field);
  return typeof value === 'string' ? value : null;
}

function isName(value: unknown): value is Name {
  return typeof value === 'object' && value !== null && 'schema' in value && 'name' in value;
}
