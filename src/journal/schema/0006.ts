// What does upgrade 6 of the journal do? Generated from 0006.sql by scripts/generate-journal-schema.mjs.
export const sql = `-- Migrations can be taken back: an undo has a row and stages of its own, and what there was before each migration is kept.
alter table roadbook.migration add column undoes bigint;
alter table roadbook.migration drop constraint migration_outcome_check, add constraint migration_outcome_check
  check (outcome in ('running', 'done', 'failed', 'interrupted', 'undone', 'undoing', 'undo-done', 'undo-failed', 'undo-interrupted'));
comment on column roadbook.migration.undoes is 'The row that this one takes back, roadbook.migration.number; null: it is a migration.';
comment on column roadbook.migration.outcome is 'running, done, failed (nothing of it stayed), interrupted (some stages are done, it can go on), or undone. The row of an undo has undoing, undo-done, undo-failed or undo-interrupted.';
create table roadbook.before (
  migration bigint primary key references roadbook.migration (number),
  taken_at timestamptz not null default clock_timestamp(),
  content bytea not null
);
alter table roadbook.before alter column content set storage external;
comment on table roadbook.before is 'What a migration changed in the catalog, as it was before: what an undo leads back to.';
comment on column roadbook.before.migration is 'The migration, roadbook.migration.number.';
comment on column roadbook.before.taken_at is 'When both catalogs had been read.';
comment on column roadbook.before.content is 'What was changed, taken away, added and renamed, as JSON, compressed with gzip.';
revoke all on roadbook.before from public;
`;
