// How is a TypeScript or JavaScript file of the user's loaded?
import { extname } from 'node:path';
import { defineConfig } from './configuration-shape.ts';
import { defineMigration } from './define.ts';
import { defineBackfill, unmapped } from './define-backfill.ts';

/** Hands back its default export. */
export async function loadUserModule(path: string): Promise<unknown> {
  const jiti = (await loader()).createJiti(import.meta.url, {
    moduleCache: false,
    // The user's project need not have Roadbook installed: it may be run from elsewhere.
    virtualModules: { roadbook: { defineBackfill, defineConfig, defineMigration, unmapped } },
  });
  return jiti.import(path, { default: true });
}

/** What a program is compiled to, printed as short as can be, without types and comments. Where its file is does not count. */
export async function printedProgram(source: string, path: string): Promise<string> {
  // What lies in its cache was printed in another way.
  const jiti = (await loader()).createJiti(import.meta.url, { fsCache: false });
  const babel = { comments: false, compact: true, minified: true };
  const filename = `/migration${extname(path)}`;
  return jiti.transform({ source, filename, ts: true, retainLines: false, babel });
}

/** Imported only here: it takes long, and most projects have SQL only. */
function loader() {
  return import('jiti');
}
