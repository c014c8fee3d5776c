// What does upgrade 3 of the journal do? Generated from 0003.sql by scripts/generate-journal-schema.mjs.
export const sql = `-- Several sessions go over the rows of one backfill at the same time: each range of keys has a row of its own.
alter table roadbook.backfill add column part integer not null default 1;
alter table roadbook.backfill add column key_start text[];
alter table roadbook.backfill drop constraint backfill_pkey, add primary key (migration, stage, part);
comment on table roadbook.backfill is 'The stages that go over rows some at a time: how far each is, one row for each range of keys. It is written in the transaction of each batch, so that no row is taken twice or left out.';
comment on column roadbook.backfill.part is 'Number of the range; a stage that one session goes over has one. A range that is divided later keeps its number for what comes first in it.';
comment on column roadbook.backfill.key_start is 'The key behind which the range begins, itself not included; where rows are taken by their place in the table, its first block. Null: it begins with the first row.';
comment on column roadbook.backfill.key_after is 'The key of the last row that is done, one text for each of its columns; where rows are taken by their place in the table, the first block that is not done. Null: none of this range is done. Equal to key_end: all are.';
comment on column roadbook.backfill.key_end is 'The last key of the range, or the first block behind it; of the last range what was the end when the stage began: what comes later is none of its business. Null: there was no row.';
comment on column roadbook.backfill.rows_about is 'How many rows the range had when it began, as PostgreSQL estimates it.';
`;
