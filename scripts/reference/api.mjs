// What does each entry of the package export, and in which words does the source describe it?
// @ts-check
import { posix } from 'node:path';
import { code, head, page, table } from './markdown.mjs';

/** @typedef {import('../source.mjs').Source} Source */

/** `dist/sql/index.js` is made from `src/sql/index.ts`. @param {string} built */
export const sourceOf = (built) =>
  built
    .replace(/^\.\//, '')
    .replace(/^dist\//, 'src/')
    .replace(/\.js$/, '.ts');

/** Everything a module exports, followed to where it is declared.
 * @param {ReadonlyMap<string, Source>} sources @param {string} path
 * @returns {{ name: string, kind: string, summary: string, path: string }[]} */
export function exported(sources, path) {
  const source = sources.get(path);
  if (!source) return [];
  const found = source.exports.flatMap((each) => {
    const from =
      each.from === null ? importedFrom(source, each) : posix.normalize(posix.join(posix.dirname(path), each.from));
    if (from === undefined) {
      const own =
        each.kind === '' ? source.exports.find(({ name, kind }) => name === each.original && kind !== '') : each;
      return [{ name: each.name, kind: own?.kind ?? 'value', summary: own?.summary ?? '', path }];
    }
    const there = exported(sources, from);
    if (each.name === '*') return there.filter(({ name }) => name !== 'default');
    const same = there.find(({ name }) => name === each.original);
    return [{ ...(same ?? { kind: 'value', summary: '', path: from }), name: each.name }];
  });
  return [...new Map(found.map((each) => [each.name, each])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `import { a } from './b.ts'; export { a };` leads to b.ts too.
 * @param {Source} source @param {Source['exports'][number]} each */
function importedFrom(source, each) {
  const place = each.kind === '' ? source.locals[each.original] : undefined;
  return place?.startsWith('.') ? posix.normalize(posix.join(posix.dirname(source.path), place)) : undefined;
}

/** @param {readonly Source[]} sources @param {Readonly<Record<string, unknown>>} entries the "exports" of package.json */
export function apiPage(sources, entries) {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const sections = Object.entries(entries).flatMap(([entry, value]) => {
    const built = typeof value === 'object' && value !== null && 'default' in value ? String(value.default) : '';
    const found = exported(byPath, sourceOf(built));
    if (found.length === 0) return [];
    const rows = found.map(({ name, kind, summary }) => [code(name), kind, summary]);
    return [
      `## ${code(posix.join('roadbook', entry))}\n\n<!-- exports of ${entry} -->\n${table(['name', 'kind', ''], rows)}\n<!-- end -->`,
    ];
  });
  return page(
    head(
      'The library',
      'What the package exports. Nothing else is promised; every verb takes `onEvent` and a `signal`, and never prints or exits.',
    ),
    ...sections,
  );
}
