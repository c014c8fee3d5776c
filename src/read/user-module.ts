// How is a TypeScript or JavaScript file of the user's loaded?
import { defineConfig } from './configuration-shape.ts';
import { defineMigration } from './define.ts';

/** Hands back its default export. The loader is imported only here: it takes long, and most projects have SQL only. */
export async function loadUserModule(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, {
    moduleCache: false,
    // The user's project need not have Roadbook installed: it may be run from elsewhere.
    virtualModules: { roadbook: { defineConfig, defineMigration } },
  });
  return jiti.import(path, { default: true });
}
