// What does upgrade 1 of the journal do? Generated from 0001.sql by scripts/generate-journal-schema.mjs.
export const sql = `-- The journal of Roadbook: what was done to this database, by whom, and who may go on. Explained in docs/journal.md.
do $$
begin
  if to_regnamespace('roadbook') is null then
    create schema roadbook;
    comment on schema roadbook is 'Journal of Roadbook, a migration tool: what was done to this database, and who may run now. Read it freely, never write to it.';
  end if;
end
$$;

create table roadbook.upgrade (
  number integer primary key,
  applied_at timestamptz not null default clock_timestamp(),
  role text not null default session_user,
  roadbook_version text not null
);
comment on table roadbook.upgrade is 'Which numbered files made this schema what it is; the highest number is its version.';
comment on column roadbook.upgrade.number is 'Number of the file: 1 is 0001.sql.';
comment on column roadbook.upgrade.applied_at is 'When it ran.';
comment on column roadbook.upgrade.role is 'The role that ran it.';
comment on column roadbook.upgrade.roadbook_version is 'The version of Roadbook that brought it.';

create table roadbook.lease (
  fence bigint primary key,
  token text,
  application_name text,
  role text,
  os_user text,
  host text,
  pid integer,
  roadbook_version text,
  activity text,
  pooled boolean not null default false,
  acquired_at timestamptz,
  heartbeat_at timestamptz,
  expires_at timestamptz,
  only_row boolean not null default true unique check (only_row)
);
comment on table roadbook.lease is 'The right to run on this database: one row, held by one run at a time, kept by a heartbeat. Free when token is null or expires_at has passed.';
comment on column roadbook.lease.fence is 'Grows by one each time the lease changes hands, never shrinks. A run with a lower fence can no longer commit.';
comment on column roadbook.lease.token is 'Random name of the holding run; null when nobody holds the lease.';
comment on column roadbook.lease.application_name is 'The application_name that the holder''s connections carry in pg_stat_activity.';
comment on column roadbook.lease.role is 'The role the holder is connected as.';
comment on column roadbook.lease.os_user is 'The holder''s user on its own machine.';
comment on column roadbook.lease.host is 'The holder''s machine.';
comment on column roadbook.lease.pid is 'The holder''s process id on that machine.';
comment on column roadbook.lease.roadbook_version is 'The holder''s version of Roadbook.';
comment on column roadbook.lease.activity is 'What the holder does: apply.';
comment on column roadbook.lease.pooled is 'Whether a transaction pooler stands between the holder and this server, so that process ids say nothing.';
comment on column roadbook.lease.acquired_at is 'Since when the holder has it, by the server''s clock.';
comment on column roadbook.lease.heartbeat_at is 'When the holder was last heard of, by the server''s clock.';
comment on column roadbook.lease.expires_at is 'When the next run may take it without asking, by the server''s clock.';
comment on column roadbook.lease.only_row is 'Always true: there is one row.';
insert into roadbook.lease (fence) values (0);

create table roadbook.lease_backend (
  fence bigint not null,
  pid integer not null,
  backend_start timestamptz not null,
  application_name text not null,
  pooled boolean not null,
  purpose text not null check (purpose in ('work', 'heartbeat')),
  primary key (fence, pid, backend_start)
);
comment on table roadbook.lease_backend is 'The server processes of the run that holds the lease, and of runs that died, until the next run has ended what they left running.';
comment on column roadbook.lease_backend.fence is 'The fence of the run it belongs to.';
comment on column roadbook.lease_backend.pid is 'pid in pg_stat_activity.';
comment on column roadbook.lease_backend.backend_start is 'backend_start in pg_stat_activity: with the pid it names exactly one process.';
comment on column roadbook.lease_backend.application_name is 'application_name in pg_stat_activity, as the run set it.';
comment on column roadbook.lease_backend.pooled is 'Whether the process belongs to a pooler; then only application_name tells whose it is at the moment.';
comment on column roadbook.lease_backend.purpose is 'work: runs the migrations; heartbeat: renews the lease.';

create table roadbook.run (
  id bigint generated always as identity primary key,
  fence bigint not null,
  command text not null,
  role text not null default session_user,
  os_user text not null,
  host text not null,
  pid integer not null,
  roadbook_version text not null,
  server_version text not null default current_setting('server_version'),
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  outcome text not null default 'running' check (outcome in ('running', 'done', 'failed', 'interrupted')),
  problem jsonb
);
comment on table roadbook.run is 'One row for each run that changed this database.';
comment on column roadbook.run.id is 'Number of the run, in the order they began.';
comment on column roadbook.run.fence is 'The fence of the lease it ran under.';
comment on column roadbook.run.command is 'The verb: apply.';
comment on column roadbook.run.role is 'The role it connected as.';
comment on column roadbook.run.os_user is 'The user on the machine it ran on.';
comment on column roadbook.run.host is 'The machine it ran on.';
comment on column roadbook.run.pid is 'Its process id on that machine.';
comment on column roadbook.run.roadbook_version is 'The version of Roadbook.';
comment on column roadbook.run.server_version is 'The version of PostgreSQL at the time.';
comment on column roadbook.run.started_at is 'When it began, by the server''s clock.';
comment on column roadbook.run.finished_at is 'When it ended; null while it runs.';
comment on column roadbook.run.outcome is 'running, done, failed (a problem was found), or interrupted (it was stopped, or died and a later run noticed).';
comment on column roadbook.run.problem is 'What went wrong: code, message, detail, hint.';

create table roadbook.migration (
  number bigint generated always as identity primary key,
  run_id bigint not null,
  fence bigint not null,
  id text not null,
  checksum text not null,
  digest text not null,
  format text not null,
  mode text not null check (mode in ('atomic', 'online')),
  description text,
  plan_fingerprint text,
  plan jsonb,
  stages integer not null default 1,
  retries integer not null default 0,
  outcome text not null check (outcome in ('running', 'done', 'failed', 'interrupted', 'undone')),
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  problem jsonb,
  verdict text check (verdict in ('verified', 'failed')),
  evidence jsonb
);
create unique index migration_in_force on roadbook.migration (id) where outcome in ('running', 'interrupted', 'done');
comment on index roadbook.migration_in_force is 'A migration is in force at most once.';
comment on table roadbook.migration is 'What was done for each migration, one row for each time it was tried. The newest row of an id says how it stands.';
comment on column roadbook.migration.number is 'Order in which they were tried.';
comment on column roadbook.migration.run_id is 'The run that did it, roadbook.run.id: who, from where, with which version. No foreign key, since its check is felt with thousands of migrations.';
comment on column roadbook.migration.fence is 'The fence that was checked when it was written.';
comment on column roadbook.migration.id is 'The file''s name without its ending.';
comment on column roadbook.migration.checksum is 'SHA-256 over the parsed statements: white space and comments do not count.';
comment on column roadbook.migration.digest is 'SHA-256 over the file''s text: equal means not a letter was changed.';
comment on column roadbook.migration.format is 'sql or typescript.';
comment on column roadbook.migration.mode is 'atomic: one transaction, as written; online: in stages.';
comment on column roadbook.migration.description is 'The comment at the head of the file.';
comment on column roadbook.migration.plan_fingerprint is 'Fingerprint of the plan that was executed, where there was one.';
comment on column roadbook.migration.plan is 'That plan.';
comment on column roadbook.migration.stages is 'How many stages it has; atomic migrations have one, and no row in roadbook.stage.';
comment on column roadbook.migration.retries is 'How often it was tried again, for a lock or a lost connection.';
comment on column roadbook.migration.outcome is 'running, done, failed (nothing of it stayed), interrupted (some stages are done, it can go on), or undone.';
comment on column roadbook.migration.started_at is 'When it began, by the server''s clock; atomic: when its transaction did.';
comment on column roadbook.migration.finished_at is 'When it ended, by the server''s clock; null while it runs.';
comment on column roadbook.migration.problem is 'What went wrong: code, message, detail, hint.';
comment on column roadbook.migration.verdict is 'Whether what it did was verified; null: not verified yet.';
comment on column roadbook.migration.evidence is 'What the verdict rests on.';

create table roadbook.stage (
  migration bigint not null references roadbook.migration (number),
  number integer not null,
  kind text not null,
  sql text not null,
  intended_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  outcome text not null default 'intended' check (outcome in ('intended', 'done', 'failed')),
  retries integer not null default 0,
  problem jsonb,
  primary key (migration, number)
);
comment on table roadbook.stage is 'The stages of online migrations: written before a stage starts and again when it has ended.';
comment on column roadbook.stage.migration is 'roadbook.migration.number.';
comment on column roadbook.stage.number is 'Its place in the plan, counted from 1.';
comment on column roadbook.stage.kind is 'transaction, concurrent, backfill or check.';
comment on column roadbook.stage.sql is 'What was sent, passwords taken out.';
comment on column roadbook.stage.intended_at is 'When it was about to start.';
comment on column roadbook.stage.finished_at is 'When it had ended; null: nobody knows yet.';
comment on column roadbook.stage.outcome is 'intended, done or failed.';
comment on column roadbook.stage.retries is 'How often it was tried again.';
comment on column roadbook.stage.problem is 'What went wrong.';

create table roadbook.catalog (
  number bigint generated always as identity primary key,
  run_id bigint not null references roadbook.run (id),
  after_id text,
  fingerprint text not null,
  taken_at timestamptz not null default clock_timestamp(),
  content bytea not null
);
alter table roadbook.catalog alter column content set storage external;
comment on table roadbook.catalog is 'What the database looked like after a run, to find what was changed behind Roadbook''s back. The newest and the one before are kept.';
comment on column roadbook.catalog.number is 'Order in which they were taken.';
comment on column roadbook.catalog.run_id is 'The run after which it was taken.';
comment on column roadbook.catalog.after_id is 'The migration that was the last one then.';
comment on column roadbook.catalog.fingerprint is 'Equal fingerprints mean equal catalogs.';
comment on column roadbook.catalog.taken_at is 'When it was taken, by the server''s clock.';
comment on column roadbook.catalog.content is 'The catalog as JSON, compressed with gzip.';

create function roadbook.check_lease(expected_fence bigint, expected_token text) returns bigint
language plpgsql stable as $$
begin
  perform 1 from roadbook.lease l where l.fence = expected_fence and l.token = expected_token;
  if not found then
    raise exception using errcode = 'RB001', message = 'the Roadbook lease is not ours any more';
  end if;
  return expected_fence;
end
$$;
comment on function roadbook.check_lease is 'Fails with SQLSTATE RB001 unless the lease has this fence and token. Takes no lock.';

create function roadbook.check_turn(this_run bigint, migration_before text) returns text
language plpgsql stable as $$
begin
  perform 1 from roadbook.migration m where m.id = migration_before and m.run_id = this_run and m.outcome = 'done';
  if not found then
    raise exception using errcode = 'RB002', message = format('the migration before, %s, was not applied', migration_before);
  end if;
  return migration_before;
end
$$;
comment on function roadbook.check_turn is 'Fails with SQLSTATE RB002 unless this run has applied that migration: what was sent behind one that failed must not run.';

-- FOR KEY SHARE goes together with the heartbeat's update, which changes no key; taking the lease changes the key and has to wait.
create function roadbook.hold_lease(expected_fence bigint, expected_token text) returns bigint
language plpgsql volatile as $$
begin
  perform 1 from roadbook.lease l where l.fence = expected_fence and l.token = expected_token for key share;
  if not found then
    raise exception using errcode = 'RB001', message = 'the Roadbook lease is not ours any more';
  end if;
  return expected_fence;
end
$$;
comment on function roadbook.hold_lease is 'As check_lease, and nobody can take the lease before this transaction has ended.';

create view roadbook.history as
  select m.number, m.id, m.outcome, m.mode, m.verdict, m.started_at, m.finished_at - m.started_at as duration, m.stages, m.retries,
         r.role, r.os_user, r.host, r.roadbook_version, r.server_version, m.problem ->> 'message' as problem
    from roadbook.migration m join roadbook.run r on r.id = m.run_id;
comment on view roadbook.history is 'For people: what was done here, when, by whom and from where. ORDER BY number.';
comment on column roadbook.history.number is 'Order in which they were tried.';
comment on column roadbook.history.id is 'The migration.';
comment on column roadbook.history.outcome is 'How it ended.';
comment on column roadbook.history.mode is 'atomic or online.';
comment on column roadbook.history.verdict is 'Whether what it did was verified.';
comment on column roadbook.history.started_at is 'When it began.';
comment on column roadbook.history.duration is 'How long it took.';
comment on column roadbook.history.stages is 'How many stages it has.';
comment on column roadbook.history.retries is 'How often it was tried again.';
comment on column roadbook.history.role is 'The role.';
comment on column roadbook.history.os_user is 'The user on the machine it ran on.';
comment on column roadbook.history.host is 'The machine it ran on.';
comment on column roadbook.history.roadbook_version is 'The version of Roadbook.';
comment on column roadbook.history.server_version is 'The version of PostgreSQL at the time.';
comment on column roadbook.history.problem is 'What went wrong, in one line.';

revoke all on all tables in schema roadbook from public;
revoke all on all sequences in schema roadbook from public;
revoke all on all functions in schema roadbook from public;
`;
