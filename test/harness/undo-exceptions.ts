// Which cases do not end exactly as they began when they are taken back, and why is that right?

/** A path, or its beginning, and part of what is said of it. */
export const undoExceptions: readonly (readonly [path: string, words: string, because: string])[] = [
  // What belongs to the whole server is in no catalog of a database.
  ['alter-role/', 'role "', 'roles are not of the database'],
  ['create-role/', 'role "', 'roles are not of the database'],
  ['drop-role/', 'role "', 'roles are not of the database'],
  ['rename-role/', 'role "', 'roles are not of the database'],
  // How far a sequence has counted is no row of a table.
  ['alter-identity/restart', 'sequence public.users_id_seq', 'the migration sets the sequence itself'],
  ['add-column/numbers-of-a-sequence', 'applied again', 'a sequence gives no number twice'],
  // Code that nobody can see through writes rows.
  ['call-procedure/', 'rows of', 'a procedure writes rows'],
  ['do-block/', 'rows of', 'a DO block writes rows'],
  ['explain/analyze-', 'rows of', 'EXPLAIN ANALYZE writes rows'],
  ['prepared-statement/', 'rows of', 'EXECUTE writes rows'],
  ['select/', 'rows of', 'a function or WITH writes rows'],
  ['copy/', 'rows of', 'WITH in COPY writes rows'],
  // What PostgreSQL prints of the same thing differs.
  [
    'alter-column-type/users-of-free-change',
    'character varying',
    'a view made from its text casts constants otherwise',
  ],
  [
    'drop-column/all-that-hangs-on-it',
    'CREATE STATISTICS',
    'columns of statistics stand in the order of their numbers',
  ],
  ['alter-column-type/users-functions', 'does not exist', 'of two functions of one name the text does not say which'],
  ['alter-column-type/users-policies', 'rows of public.seen', 'a materialized view is filled by whoever makes it'],
  [
    'drop-table/cascade-takes-many-sorts',
    'rows of public.',
    'a materialized view that was behind its tables is filled anew',
  ],
  ['insert-rows/', 'applied again', 'a sequence gives no number twice'],
  ['alter-extension/members', 'public.one()', 'what an extension has as a member is not in the catalog'],
  ['reindex/with-an-invalid-index', 'valid', 'nobody wants an INVALID index back'],
  // Not right: it fails, and nothing of it stays.
  ['alter-column-type/anew-row-type', 'the undo fails', 'a table that was a type is dropped while a column is of it'],
  ['unknown/replica-identity', 'replica identity', 'ALTER TABLE says that a materialized view has none'],
];
