// What does upgrade 2 of the journal do? Generated from 0002.sql by scripts/generate-journal-schema.mjs.
export const sql = `-- How far a backfill is: written with each batch, in the batch's own transaction.
create table roadbook.backfill (
  migration bigint not null,
  stage integer not null,
  key_after text[],
  key_end text[],
  rows_passed bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_about bigint,
  batches bigint not null default 0,
  batch_size bigint not null,
  started_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (migration, stage)
);
comment on table roadbook.backfill is 'The stages that go over rows some at a time: how far each is. A row here is written in the transaction of each batch, so that no row is taken twice or left out.';
comment on column roadbook.backfill.migration is 'roadbook.migration.number.';
comment on column roadbook.backfill.stage is 'roadbook.stage.number.';
comment on column roadbook.backfill.key_after is 'The key of the last row that is done, one text for each of its columns; where rows are taken by their place in the table, the first block that is not done. Null: none is done.';
comment on column roadbook.backfill.key_end is 'The last key when the stage began, or how many blocks there were: what comes later is none of its business.';
comment on column roadbook.backfill.rows_passed is 'How many rows it has gone over, about.';
comment on column roadbook.backfill.rows_changed is 'How many rows its statements have written.';
comment on column roadbook.backfill.rows_about is 'How many rows there were when it began, as PostgreSQL estimates it.';
comment on column roadbook.backfill.batches is 'In how many transactions.';
comment on column roadbook.backfill.batch_size is 'How many rows the next batch takes.';
comment on column roadbook.backfill.started_at is 'When it began, by the server''s clock.';
comment on column roadbook.backfill.updated_at is 'When the last batch was done, by the server''s clock.';
revoke all on roadbook.backfill from public;
`;
