// What stands where something else is to come back, and what hangs on it?
import { type Catalog, partsOfName } from '../database/catalog/index.ts';
import { without } from '../definitions/before.ts';
import { keyOf, textOf } from '../definitions/define.ts';
import { createReferences } from '../definitions/references.ts';
import { type Renames, splitKey } from '../definitions/under-names.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { placeOf } from './rename-back.ts';

/** Keys of what has a name that another object gets back, and keeps no other one itself. What it is part of stands for it. */
export function inTheWay(live: Catalog, renames: Renames): ReadonlySet<string> {
  const wanted = new Set([...renames.values()].map(placeOf));
  const found = new Set<string>();
  const goes = (key: string) => found.has(key) || renames.has(key);
  for (const [kind, named] of Object.entries(live.objects))
    for (const [name, { on }] of Object.entries(named)) {
      const key = keyOf(kind, name);
      if (!wanted.has(placeOf(key)) || renames.has(key)) continue;
      const [schema = ''] = partsOfName(name);
      if (goes(String(on)) || (kind !== 'schema' && goes(keyOf('schema', quoteIdentifier(schema))))) continue;
      // The index of a key goes with it.
      found.add(kind === 'index' && typeof on === 'string' && on.startsWith('constraint ') ? on : key);
    }
  return found;
}

/** Without these and all that names them. Tables stay, and so do columns that do no more than take their default from one. */
export function withoutUsersOf(catalog: Catalog, keys: ReadonlySet<string>): Catalog {
  if (keys.size === 0) return catalog;
  const gone = closure(catalog, keys);
  return without(catalog, gone);
}

/** With all that names them, by what names it, and so on. */
export function closure(catalog: Catalog, keys: ReadonlySet<string>): ReadonlySet<string> {
  const users = usersIn(catalog);
  const found = new Set(keys);
  const reached = [...keys];
  for (let key = reached.pop(); key !== undefined; key = reached.pop())
    for (const user of users.get(key) ?? []) {
      if (found.has(user) || !hangs(user, key, catalog)) continue;
      found.add(user);
      reached.push(user);
    }
  return found;
}

function usersIn(catalog: Catalog): ReadonlyMap<string, readonly string[]> {
  const uses = createReferences(catalog);
  const users = new Map<string, string[]>();
  for (const [kind, named] of Object.entries(catalog.objects))
    for (const [name, properties] of Object.entries(named)) {
      const own = keyOf(kind, name);
      const on = textOf(properties, 'on');
      for (const used of new Set([...uses(kind, name), ...(on === undefined ? [] : [on])])) {
        const list = users.get(used);
        if (list === undefined) users.set(used, [own]);
        else list.push(own);
      }
    }
  return users;
}

function hangs(user: string, used: string, catalog: Catalog): boolean {
  const [kind, name] = splitKey(user);
  const properties = catalog.objects[kind]?.[name] ?? {};
  if (properties.on === used) return true;
  if (/^(table|foreign table|schema|sequence|extension|database)$/.test(kind)) return false;
  if (kind !== 'column') return true;
  const whole = textOf(properties, 'on') ?? '';
  // Of a view's columns the view itself says what they use.
  return properties.generated !== undefined || (!/^(foreign )?table /.test(whole) && whole !== used);
}
