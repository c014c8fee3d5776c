// How do the many small files that esbuild splits off, and that are loaded together anyway, become one?
// @ts-check
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/** @typedef {import('esbuild').Metafile} Metafile */

/**
 * Merges the files of a split bundle in place: each group is the files of its modules with what they load statically, without what
 * the groups before it hold. Entries stay as they are, and so does what is loaded later.
 * @param {string} root @param {Metafile} metafile
 * @param {readonly { name: string, modules: readonly string[] }[]} groups */
export async function mergeChunks(root, metafile, groups) {
  const outputs = Object.entries(metafile.outputs);
  const folder = dirname(outputs[0]?.[0] ?? '');
  /** @type {Map<string, string>} which file is now in which */
  const moved = new Map();
  for (const { name, modules } of groups) {
    const starts = modules.map((module) => outputOf(metafile, module));
    const members = [...closure(metafile, starts)].filter((path) => !moved.has(path) && basename(path) !== 'main.js');
    const merged = `${folder}/${name}.js`;
    const wanted = members.flatMap((path) => metafile.outputs[path]?.exports ?? []);
    const there = new Set(await concatenate(root, folder, members, merged));
    const lost = wanted.filter((each) => !there.has(each));
    if (lost.length > 0) throw new Error(`more than one file exports ${lost.join(', ')}: they cannot become ${merged}`);
    for (const path of members) moved.set(path, merged);
  }
  for (const path of moved.keys()) rmSync(join(root, path));
  const rest = outputs.map(([path]) => path).filter((path) => path.endsWith('.js') && !moved.has(path));
  for (const path of [...rest, ...new Set(moved.values())]) {
    const text = readFileSync(join(root, path), 'utf8');
    writeFileSync(
      join(root, path),
      text.replace(/(\bfrom |\bimport |\bimport\()"\.\/([^"]+\.js)"/g, (whole, before, file) => {
        const target = moved.get(`${folder}/${file}`);
        return target === undefined ? whole : `${before}"./${basename(target)}"`;
      }),
    );
  }
}

/** @param {Metafile} metafile @param {string} module */
function outputOf(metafile, module) {
  const outputs = Object.entries(metafile.outputs);
  const found =
    outputs.find(([, { entryPoint }]) => entryPoint === module) ?? outputs.find(([, { inputs }]) => module in inputs);
  if (!found) throw new Error(`${module} is not in the bundle any more: name another in scripts/build.mjs`);
  return found[0];
}

/** All that these outputs load before they run. @param {Metafile} metafile @param {readonly string[]} starts */
function closure(metafile, starts) {
  const found = new Set(starts);
  for (const path of found) {
    for (const each of metafile.outputs[path]?.imports ?? [])
      if (each.kind === 'import-statement' && !each.external) found.add(each.path);
  }
  return found;
}

/** Hands back what the merged file exports; a name that two of them export is not among it.
 * @param {string} root @param {string} folder @param {readonly string[]} members @param {string} merged */
async function concatenate(root, folder, members, merged) {
  const inside = new Set(members.map((path) => `./${basename(path)}`));
  const result = await build({
    absWorkingDir: root,
    stdin: {
      contents: [...inside].map((path) => `export * from ${JSON.stringify(path)};`).join('\n'),
      resolveDir: join(root, folder),
    },
    outfile: merged,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    ignoreAnnotations: true,
    plugins: [
      {
        name: 'outside',
        setup: ({ onResolve }) =>
          onResolve({ filter: /.*/ }, ({ path, kind }) =>
            kind === 'import-statement' && inside.has(path) ? undefined : { path, external: true },
          ),
      },
    ],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return result.metafile.outputs[merged]?.exports ?? [];
}
