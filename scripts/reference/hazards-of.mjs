// Which hazards does a kind of change tell of, itself or through what it shares with other kinds?
// @ts-check
import { posix } from 'node:path';

/** @typedef {import('../source.mjs').Source} Source @typedef {import('../problem-calls.mjs').Told} Told */

/** Those of its own file first, then those of the files in reading/ that it reaches; each code with a message once.
 * @param {string} kind @param {readonly Source[]} sources @param {readonly Told[]} told @returns {Told[]} */
export function hazardsOf(kind, sources, told) {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const paths = [`src/changes/${kind}.ts`];
  // Grows while it is walked.
  for (const path of paths) {
    for (const { specifier, typeOnly } of byPath.get(path)?.imports ?? []) {
      const other = posix.normalize(posix.join(posix.dirname(path), specifier));
      if (!typeOnly && other.startsWith('src/changes/reading/') && !paths.includes(other)) paths.push(other);
    }
  }
  const found = paths.flatMap((path) => told.filter((each) => each.path === path));
  return found.filter(
    ({ code, message }, at) => found.findIndex((each) => each.code === code && each.message === message) === at,
  );
}
