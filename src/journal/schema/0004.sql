-- Rows that a function of the user's could not map: written with the batch they are in, in its transaction.
create table roadbook.unmapped (
  number bigint generated always as identity primary key,
  migration bigint not null,
  stage integer not null,
  relation text not null,
  key jsonb not null,
  reason text not null,
  found_at timestamptz not null default clock_timestamp()
);
create index unmapped_migration on roadbook.unmapped (migration);
comment on table roadbook.unmapped is 'The rows that a migration with defineBackfill could not map, and left as they were. A row here is written in the transaction of its batch. What is done about them later is not written down.';
comment on column roadbook.unmapped.number is 'Grows with each row.';
comment on column roadbook.unmapped.migration is 'roadbook.migration.number.';
comment on column roadbook.unmapped.stage is 'roadbook.stage.number.';
comment on column roadbook.unmapped.relation is 'The table that the row is in.';
comment on column roadbook.unmapped.key is 'The key of the row: the columns by their names, their values as text.';
comment on column roadbook.unmapped.reason is 'What the function said why it cannot be mapped.';
comment on column roadbook.unmapped.found_at is 'When, by the server''s clock.';
revoke all on roadbook.unmapped from public;
