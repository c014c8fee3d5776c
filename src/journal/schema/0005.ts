// What does upgrade 5 of the journal do? Generated from 0005.sql by scripts/generate-journal-schema.mjs.
export const sql = `-- What was destroyed on purpose: nobody is to wonder later where rows have gone.
create table roadbook.purged (
  run_id bigint not null,
  migration text not null,
  object text not null,
  rows_about bigint not null,
  bytes bigint not null,
  parked_at timestamptz not null,
  purged_at timestamptz not null default clock_timestamp()
);
comment on table roadbook.purged is 'What had been parked and was destroyed for good by \`roadbook purge\`; written in the transaction that dropped it.';
comment on column roadbook.purged.run_id is 'The run that did it, roadbook.run.id.';
comment on column roadbook.purged.migration is 'The migration that had parked it.';
comment on column roadbook.purged.object is 'What it had been.';
comment on column roadbook.purged.rows_about is 'How many rows it had, counted or estimated.';
comment on column roadbook.purged.bytes is 'How many bytes, with its indexes.';
comment on column roadbook.purged.parked_at is 'When it had been parked.';
comment on column roadbook.purged.purged_at is 'When it was destroyed, by the server''s clock.';
revoke all on roadbook.purged from public;
`;
