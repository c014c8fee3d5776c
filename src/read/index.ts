// What can the rest of Roadbook ask about a project and its migrations?
export type { BackfillWork, UserRow } from './backfill-module.ts';
export { compareWithJournal, type Order, orderMigrations } from './compare.ts';
export { type DefinedMigration, defineMigration, type MigrationDefinition } from './define.ts';
export { type BatchTools, reasonOf } from './define-backfill.ts';
export { listMigrations } from './list.ts';
export { type ReadMigration, readMigration } from './migration.ts';
export { type NewFile, type NewMigration, newMigration } from './new.ts';
export { pendingOf, requireMigration } from './pending.ts';
export { openDatabase, openWithFiles, type Project, readProject } from './project.ts';
export { readMigrations } from './read-migrations.ts';
export { onlyReads } from './verify-section.ts';
