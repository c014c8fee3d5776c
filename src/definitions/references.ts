// Which other objects of a catalog does one name?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { lex } from '../sql/lexer.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { keyOf } from './define.ts';
import { impliedBy } from './implied.ts';

/** Words of people, and rights. */
const silent = new Set([
  'comment',
  'acl',
  'security labels',
  'owner',
  'on',
  'labels',
  'order',
  'owner column',
  'range and multirange',
]);

/** Kinds whose bodies are texts that PostgreSQL reads only when they run. */
const withBody = new Set(['function', 'procedure']);

/** Kinds whose very names tell of types, schemas and servers. */
const tellingNames = new Set([
  'operator',
  'operator family member',
  'cast',
  'transform',
  'user mapping',
  'default privileges',
]);

export type References = (kind: string, name: string) => readonly string[];

/**
 * PostgreSQL prints every name in full where no search path is set, so that text tells what is meant. Columns stand alone: a
 * word counts as a column of every relation that is named beside it.
 */
export function createReferences(catalog: Catalog): References {
  const byName = new Map<string, string[]>();
  const columns = new Map<string, Map<string, string>>();
  const known = new Map<string, readonly string[]>();
  for (const [kind, named] of Object.entries(catalog.objects)) {
    for (const [name, { on }] of Object.entries(named)) {
      const key = keyOf(kind, name);
      add(byName, /^operator (class|family)$/.test(kind) ? name.replace(/ using .*$/s, '') : plainName(name), key);
      if (kind !== 'column' || typeof on !== 'string') continue;
      const own = columns.get(on) ?? new Map<string, string>();
      own.set(partsOfName(name).at(-1) ?? name, key);
      columns.set(on, own);
    }
  }
  const look = (kind: string, name: string): readonly string[] => {
    const properties = catalog.objects[kind]?.[name];
    if (properties === undefined) return [];
    const found = new Set<string>();
    const words = new Set<string>();
    const { on } = properties;
    // A sequence is made before the table that it counts for.
    if (typeof on === 'string' && kind !== 'sequence') found.add(on);
    const [schema] = partsOfName(name);
    if (schema !== undefined && name.includes('.')) found.add(keyOf('schema', quoteIdentifier(schema)));
    for (const text of [...textsOf(properties), ...toldByName(kind, name)])
      note(text, !withBody.has(kind), { byName, found, words });
    if (kind !== 'column')
      for (const relation of [...found])
        for (const [word, column] of columns.get(relation) ?? []) if (words.has(word)) found.add(column);
    for (const key of impliedBy({ kind, name, properties, catalog }, found)) found.add(key);
    found.delete(keyOf(kind, name));
    return [...found];
  };
  return (kind, name) => {
    const key = keyOf(kind, name);
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = look(kind, name);
    known.set(key, found);
    return found;
  };
}

/** Operator classes and families often have the same name: theirs tells of the access method alone. */
function toldByName(kind: string, name: string): readonly string[] {
  if (/^operator (class|family)$/.test(kind)) return [name.replace(/^.* using /s, '')];
  return tellingNames.has(kind) ? [name] : [];
}

/** Of a routine or an operator, without its arguments. */
function plainName(name: string): string {
  return /^[^(]+(?=\()/.exec(name)?.[0] ?? name;
}

function add(map: Map<string, string[]>, name: string, key: string): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [key]);
  else list.push(key);
}

function textsOf(properties: Properties): readonly string[] {
  return Object.entries(properties).flatMap(([property, value]) => {
    if (silent.has(property)) return [];
    return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
  });
}

interface Noting {
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly found: Set<string>;
  readonly words: Set<string>;
}

function note(text: string, inStrings: boolean, noting: Noting): void {
  const { byName, found, words } = noting;
  let chain: string[] = [];
  let dotted = false;
  const end = () => {
    for (let length = 1; length <= chain.length; length += 1)
      for (const key of byName.get(chain.slice(0, length).map(quoteIdentifier).join('.')) ?? []) found.add(key);
    chain = [];
  };
  for (const token of lex(text)) {
    const said = text.slice(token.start, token.end);
    if (token.kind === 'word' || token.kind === 'identifier') {
      const word = token.kind === 'word' ? said : said.slice(1, -1).replaceAll('""', '"');
      words.add(word);
      if (!dotted) end();
      chain.push(word);
      dotted = false;
    } else if (said === '.' && chain.length > 0) dotted = true;
    else {
      // OPERATOR(public.===)
      if (token.kind === 'operator' && dotted)
        for (const key of byName.get(`${chain.map(quoteIdentifier).join('.')}.${said}`) ?? []) found.add(key);
      end();
      dotted = false;
      // nextval('public.numbers'::regclass)
      if (token.kind === 'string' && inStrings && said.startsWith("'"))
        note(said.slice(1, -1).replaceAll("''", "'"), false, noting);
    }
  }
  end();
}
