// Which tests run on a real PostgreSQL server? Those that reach the harness' servers, or start the embedded one.
// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readSource } from './source.mjs';

/** Whoever imports one of these has, or starts, a server. */
const servers = /^(test\/harness\/servers\.ts|src\/database\/embedded\/)/;

/** Follows the imports among the tests themselves; what the program imports does not make a test need a server.
 * @param {string} root @param {string} path @param {Set<string>} [seen] @returns {boolean} */
export function needsServer(root, path, seen = new Set()) {
  if (servers.test(path)) return true;
  if (seen.has(path) || !path.startsWith('test/') || !path.endsWith('.ts') || !existsSync(join(root, path)))
    return false;
  seen.add(path);
  const { imports } = readSource(path, readFileSync(join(root, path), 'utf8'));
  return imports.some(
    ({ specifier, typeOnly }) =>
      !typeOnly &&
      specifier.startsWith('.') &&
      needsServer(root, posix.normalize(posix.join(posix.dirname(path), specifier)), seen),
  );
}
