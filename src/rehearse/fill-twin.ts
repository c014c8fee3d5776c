// How does an empty twin come to look like the database that it stands in for?
import { type Catalog, compareCatalogs, readCatalog } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { type Problem, problem } from '../model/problem.ts';
import { differenceSentence } from '../verify/difference-sentence.ts';
import { fillingOf, settingsOf } from './stand-in.ts';

/** The server refuses what would make it so. */
export class NotFilled extends Error {
  readonly statement: string;

  constructor(statement: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.statement = statement;
  }
}

/** Notes tell what is not as there. Throws NotFilled. */
export async function fillTwin(connection: Connection, wanted: Catalog): Promise<readonly Problem[]> {
  const { statements, cannot } = fillingOf(await readCatalog(connection), wanted);
  const { fitted, others } = await withVersions(connection, statements);
  await together(connection, fitted);
  const ignore = ['database', 'setting', 'unread', ...(others.length > 0 ? ['extension.version'] : [])];
  const left = compareCatalogs(wanted, await readCatalog(connection), { ignore }).map(differenceSentence);
  return [...others, ...(cannot.length === 0 && left.length === 0 ? [] : [notTheSame([...cannot, ...left])])];
}

/** ALTER DATABASE … SET: no copy of a database has it. What a session searches comes along, however it was set. */
export async function setTwin(connection: Connection, settings: Catalog, searched: readonly string[]): Promise<void> {
  await together(connection, settingsOf(settings).statements);
  const path = searched.map((schema) => connection.query('select pg_catalog.quote_ident($1) as name', [schema]));
  const names = (await Promise.all(path)).map(({ rows }) => String(rows[0]?.name));
  const { rows } = await connection.query('select pg_catalog.quote_ident(pg_catalog.current_database()) as name');
  if (names.length > 0)
    await connection.run(`ALTER DATABASE ${String(rows[0]?.name)} SET search_path TO ${names.join(', ')}`);
}

async function together(connection: Connection, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  const before = ['SET LOCAL check_function_bodies = off', 'SET LOCAL client_min_messages = error'];
  try {
    await connection.run(['BEGIN', ...before, ...statements, 'COMMIT'].join(';\n'));
  } catch (error) {
    const said = serverError(error);
    if (said === null || said.lost) throw error;
    await connection.run('ROLLBACK');
    throw new NotFilled(statements[said.completed - before.length - 1] ?? '', error);
  }
}

const versioned = /^CREATE EXTENSION (.+) SCHEMA .+( VERSION '((?:[^']|'')*)')$/s;

/** Another server may have another version of an extension. */
async function withVersions(
  connection: Connection,
  statements: readonly string[],
): Promise<{ readonly fitted: readonly string[]; readonly others: readonly Problem[] }> {
  if (!statements.some((sql) => versioned.test(sql))) return { fitted: statements, others: [] };
  const { rows } = await connection.query<{ name: string }>(
    `select pg_catalog.quote_ident(name) || ' ' || version as name from pg_catalog.pg_available_extension_versions`,
  );
  const there = new Set(rows.map(({ name }) => name));
  const others: Problem[] = [];
  const fitted = statements.map((sql) => {
    const [, name = '', clause = '', version = ''] = versioned.exec(sql) ?? [];
    if (clause === '' || there.has(`${name} ${version}`)) return sql;
    others.push(otherVersion(name, version));
    return sql.slice(0, -clause.length);
  });
  return { fitted, others };
}

function otherVersion(name: string, version: string): Problem {
  return problem('twin-other-extension', `the twin has another version of the extension ${name} than ${version}`, {
    severity: 'note',
    detail: 'What the extension brings may differ between the two.',
    hint: 'Give --twin the URL of a server that has the same version, if that matters.',
  });
}

function notTheSame(sentences: readonly string[]): Problem {
  const [first = '', ...more] = sentences;
  return problem('twin-differs', 'the twin is not in all the same as the database', {
    severity: 'note',
    detail: `${first.replace(/\.$/, '')}${more.length === 0 ? '' : `, and ${more.length} more`}.`,
    hint: 'Nothing is to be done where the pending migrations have nothing to do with that.',
  });
}
