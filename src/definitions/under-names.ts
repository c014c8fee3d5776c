// How would a catalog read if some of its objects had other names?
import { type Catalog, kinds, type Properties, partsOfName, type Value } from '../database/catalog/index.ts';
import { lex, type Token } from '../sql/lexer.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { keyOf, textOf } from './define.ts';
import { createReferences } from './references.ts';

/** By the key as it is: the key as it would be. Of an enum's labels `label public.mood.happy`. */
export type Renames = ReadonlyMap<string, string>;

/** `['table', 'public.users']` of `table public.users`. */
export function splitKey(key: string): readonly [kind: string, name: string] {
  let kind = '';
  for (const one of [...kinds, 'label']) if (key.startsWith(`${one} `) && one.length > kind.length) kind = one;
  return [kind, key.slice(kind.length + 1)];
}

/** PostgreSQL prints names in full, so that text tells what is meant; texts in dollar quotes stay as they are, as they do in PostgreSQL. */
export function underNames(catalog: Catalog, renames: Renames): Catalog {
  const known = [...renames].filter(([was, is]) => was !== is);
  if (known.length === 0) return catalog;
  const naming = createNaming(catalog, new Map(known));
  const identities: Record<string, string> = {};
  const objects = Object.entries(catalog.objects).map(([kind, named]) => {
    const own = Object.entries(named).map(([name, properties]): readonly [string, Properties] => {
      const renamed = naming.nameOf(kind, name, properties);
      const identity = catalog.identities?.[keyOf(kind, name)];
      if (identity !== undefined) identities[keyOf(kind, renamed)] = identity;
      return [renamed, naming.propertiesOf(kind, name, properties)];
    });
    return [kind, Object.fromEntries(own)] as const;
  });
  return { ...catalog, objects: Object.fromEntries(objects), identities };
}

/** Words of people, and rights. */
const untouched = new Set(['comment', 'acl', 'security labels', 'owner']);

type Words = ReadonlyMap<string, string>;

function createNaming(catalog: Catalog, renames: Renames) {
  const { chains, schemas, columns, relations, labels, own } = tablesOf(renames);
  const all = createReferences(catalog);
  const hasWords = columns.size > 0 || relations.size > 0 || own.size > 0;
  const inText = (text: string, words: Words): string => {
    const tokens = lex(text);
    let out = '';
    let at = 0;
    for (let index = 0; index < tokens.length; ) {
      const chain = chainFrom(tokens, index, text);
      const [first] = chain;
      const token = tokens[index];
      if (token === undefined) break;
      if (first === undefined) {
        const said = text.slice(token.start, token.end);
        if (token.kind === 'string' && said.startsWith("'") && registered.test(text.slice(token.end, token.end + 40))) {
          out += `${text.slice(at, token.start)}'${inText(said.slice(1, -1).replaceAll("''", "'"), words).replaceAll("'", "''")}'`;
          at = token.end;
        }
        index += 1;
        continue;
      }
      const last = chain.at(-1) ?? first;
      out += text.slice(at, first.start) + newChain(chain, words);
      at = last.end;
      index = last.index + 1;
    }
    return out + text.slice(at);
  };
  const newChain = (chain: readonly Link[], words: Words): string => {
    const behind = (length: number) =>
      chain
        .slice(length)
        .map(({ said }) => `.${said}`)
        .join('');
    const quoted = chain.map(({ word }) => quoteIdentifier(word));
    for (let length = chain.length; length > 1; length -= 1) {
      const found = chains.get(quoted.slice(0, length).join('.'));
      if (found !== undefined) return found + behind(length);
    }
    const moved = chain.length < 2 ? undefined : schemas.get(chain[0]?.word ?? '');
    if (moved !== undefined) return moved + behind(1);
    const said = (link: Link) => {
      const to = words.get(link.word);
      return to === undefined ? link.said : quoteIdentifier(to);
    };
    return chain.map(said).join('.');
  };
  const none: Words = new Map();
  const keyUnder = (key: string): string => {
    const [kind, name] = splitKey(key);
    return keyOf(kind, nameOf(kind, name, catalog.objects[kind]?.[name] ?? {}));
  };
  const nameOf = (kind: string, name: string, properties: Properties): string => {
    const own = renames.get(keyOf(kind, name));
    if (own !== undefined) return splitKey(own)[1];
    const renamed = inText(name, none);
    const on = textOf(properties, 'on');
    // They move with their table.
    if (renamed === name && on !== undefined && (kind === 'index' || kind === 'sequence')) {
      const [was = '', last = ''] = partsOfName(name);
      const [wasThere] = partsOfName(splitKey(on)[1]);
      const [schema = ''] = partsOfName(splitKey(keyUnder(on))[1]);
      if (was === wasThere && schema !== was) return `${quoteIdentifier(schema)}.${quoteIdentifier(last)}`;
    }
    return renamed;
  };
  const wordsOf = (kind: string, name: string, { on }: Properties): Words => {
    if (!hasWords) return none;
    const words = new Map<string, string>();
    const key = keyOf(kind, name);
    const itself = own.get(key);
    if (itself !== undefined) words.set(itself[0], itself[1]);
    for (const one of [key, ...(typeof on === 'string' ? [on] : []), ...all(kind, name)]) {
      for (const [was, is] of columns.get(one) ?? []) words.set(was, is);
      const relation = relations.get(one);
      if (relation !== undefined) words.set(relation[0], relation[1]);
    }
    return words;
  };
  const propertiesOf = (kind: string, name: string, properties: Properties): Properties => {
    const words = wordsOf(kind, name, properties);
    const ownColumns = columns.get(keyOf(kind, name)) ?? none;
    const ownLabels = labels.get(name) ?? none;
    const value = (property: string, is: Value): Value => {
      if (untouched.has(property)) return is;
      if (property === 'on') return typeof is === 'string' ? keyUnder(is) : is;
      if (property === 'labels') return Array.isArray(is) ? is.map((one) => ownLabels.get(String(one)) ?? one) : is;
      if (property === 'order')
        return Array.isArray(is)
          ? is.map((one) => {
              const to = ownColumns.get(partsOfName(String(one))[0] ?? '');
              return to === undefined ? one : quoteIdentifier(to);
            })
          : is;
      if (Array.isArray(is)) return is.map((one) => inText(String(one), words));
      return typeof is === 'string' ? inText(is, words) : is;
    };
    return Object.fromEntries(Object.entries(properties).map(([property, is]) => [property, value(property, is)]));
  };
  return { nameOf, propertiesOf };
}

/** What a text may name, by how it does. */
function tablesOf(renames: Renames) {
  const chains = new Map<string, string>();
  const schemas = new Map<string, string>();
  /** By relation: its columns. */
  const columns = new Map<string, Map<string, string>>();
  /** By relation: its name without the schema, which stands before columns. */
  const relations = new Map<string, readonly [string, string]>();
  const labels = new Map<string, Map<string, string>>();
  /** What its own definition calls it, without a schema or a table. */
  const own = new Map<string, readonly [string, string]>();
  const relationKinds = ['table', 'foreign table', 'view', 'materialized view', 'composite type'];
  for (const [from, to] of renames) {
    const [kind, was] = splitKey(from);
    const is = splitKey(to)[1];
    const [wasLast = was, isLast = is] = [partsOfName(was).at(-1), partsOfName(is).at(-1)];
    if (kind === 'label') {
      const whole = wholeName(was);
      labels.set(whole, (labels.get(whole) ?? new Map<string, string>()).set(wasLast, isLast));
      continue;
    }
    if (kind === 'schema') {
      schemas.set(wasLast, is);
      continue;
    }
    const plain = /^[^(]+(?=\()/.exec(was)?.[0] ?? was;
    if (!chains.has(plain) || relationKinds.includes(kind)) chains.set(plain, /^[^(]+(?=\()/.exec(is)?.[0] ?? is);
    if (kind === 'column' && wasLast !== isLast)
      for (const whole of relationKinds) {
        const key = keyOf(whole, wholeName(was));
        columns.set(key, (columns.get(key) ?? new Map<string, string>()).set(wasLast, isLast));
      }
    if (/^(index|trigger|rule)$/.test(kind)) own.set(from, [wasLast, isLast]);
    if (relationKinds.includes(kind) && wasLast !== isLast) relations.set(from, [wasLast, isLast]);
  }
  return { chains, schemas, columns, relations, labels, own };
}

/** `public.users` of `public.users.email`. */
export function wholeName(printed: string): string {
  return partsOfName(printed).slice(0, -1).map(quoteIdentifier).join('.');
}

interface Link {
  readonly word: string;
  /** As it stands in the text. */
  readonly said: string;
  readonly start: number;
  readonly end: number;
  readonly index: number;
}

/** Names joined by dots. */
function chainFrom(tokens: readonly Token[], from: number, text: string): readonly Link[] {
  const chain: Link[] = [];
  for (let index = from; ; index += 2) {
    const token = tokens[index];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'identifier')) return chain;
    const said = text.slice(token.start, token.end);
    const word = token.kind === 'word' ? said : said.slice(1, -1).replaceAll('""', '"');
    chain.push({ word, said, start: token.start, end: token.end, index });
    const dot = tokens[index + 1];
    const next = tokens[index + 2];
    const isDotted = dot !== undefined && text.slice(dot.start, dot.end) === '.' && dot.start === token.end;
    if (!isDotted || next?.start !== dot.end || (next.kind !== 'word' && next.kind !== 'identifier')) return chain;
  }
}

/** nextval('public.numbers'::regclass): what stands behind the string. */
const registered = /^::\s*(pg_catalog\.)?reg/;
