// What does a migration written in TypeScript export?

export interface MigrationDefinition {
  /** Plain SQL, one text or several in order. */
  readonly up: string | readonly string[];
  /** Replaces the derived undo. */
  readonly undo?: string | readonly string[];
  /** SELECTs that must return no row. */
  readonly verify?: string | readonly string[];
}

export interface DefinedMigration extends MigrationDefinition {
  readonly kind: 'migration';
}

/** The default export of a migration in TypeScript. Its SQL is read like that of a .sql file. */
export function defineMigration(definition: MigrationDefinition): DefinedMigration {
  return Object.freeze({ ...definition, kind: 'migration' });
}
