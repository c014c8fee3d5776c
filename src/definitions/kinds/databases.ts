// How are the database itself and its settings changed?
import { hidden } from '../../database/catalog/secrets.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import { agree, type Cannot, type CatalogObject, type ObjectDefinition } from '../define.ts';
import { inThisDatabase, thisDatabase } from '../executed.ts';

const itself = `DATABASE ${thisDatabase}`;

export const database: ObjectDefinition = {
  make: () => ({ statements: [] }),
  take: () => [],
  alter: (from, to) => {
    const { 'connection limit': limit, template, 'allows connections': allows } = to.properties;
    if (allows === false && from.properties['allows connections'] !== false)
      return { cannot: 'Connections to the database cannot be forbidden from within.' };
    const words = [
      ...(agree(from, to, ['connection limit']) ? [] : [`CONNECTION LIMIT ${String(limit ?? -1)}`]),
      ...(agree(from, to, ['template']) ? [] : [`IS_TEMPLATE ${template === true}`]),
      ...(agree(from, to, ['allows connections']) ? [] : ['ALLOW_CONNECTIONS true']),
    ];
    return { statements: words.length === 0 ? [] : [inThisDatabase(`ALTER ${itself} WITH ${words.join(' ')}`)] };
  },
  address: () => ({ comment: itself, owner: itself, grant: ` ON ${itself}`, run: inThisDatabase }),
};

export const settings: ObjectDefinition = {
  make: set,
  take: (object) => [inThisDatabase(`${ofWhom(object)} RESET ${parameterOf(object)}`)],
  alter: (_, to) => set(to),
  address: () => null,
};

function set(object: CatalogObject): { readonly statements: readonly string[] } | Cannot {
  const value = String(object.properties.value);
  if (value === hidden)
    return { cannot: `Setting ${object.name} is taken for a secret, whose value the catalog does not hold.` };
  return { statements: [inThisDatabase(`${ofWhom(object)} SET ${parameterOf(object)} TO ${written(object, value)}`)] };
}

/** `work_mem`, `work_mem for app`. */
function ofWhom({ name }: CatalogObject): string {
  const role = / for (.*)$/s.exec(name)?.[1];
  return role === undefined ? `ALTER ${itself}` : `ALTER ROLE ${quoteIdentifier(role)} IN ${itself}`;
}

function parameterOf({ name }: CatalogObject): string {
  return name
    .replace(/ for .*$/s, '')
    .split('.')
    .map(quoteIdentifier)
    .join('.');
}

/** Those that PostgreSQL keeps as a list of quoted names (14 to 18). */
const lists = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

function written(object: CatalogObject, value: string): string {
  if (!lists.has(parameterOf(object)) || value === '') return quoteLiteral(value);
  const items = [...value.matchAll(/"((?:[^"]|"")*)"|[^",\s]+/g)];
  return items.map(([plain, quoted]) => quoteLiteral(quoted?.replaceAll('""', '"') ?? plain)).join(', ');
}
