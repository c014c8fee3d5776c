// What do we tell the user about an error that the server reported?
import { type Problem, problem } from '../model/problem.ts';
import type { ServerError } from './server-error.ts';

interface Explained {
  readonly code: string;
  readonly hint: string;
}

/** Our own names and advice for what people meet; the rest is called by its SQLSTATE. */
const known: Readonly<Record<string, Explained>> = {
  '08006': { code: 'connection-lost', hint: 'Run it again: what was done is journaled, and goes on from there.' },
  '0A000': {
    code: 'not-supported',
    hint: 'This server cannot do that. Look whether a newer version can, or write it another way.',
  },
  '22001': {
    code: 'value-too-long',
    hint: 'Look for the values that are longer than the type allows before the change.',
  },
  '22003': { code: 'value-out-of-range', hint: 'Look for the values that do not fit the type, or take a wider one.' },
  '22P02': {
    code: 'value-not-convertible',
    hint: 'Some value cannot be read as that type. Give a USING expression, or repair the values first.',
  },
  '23502': { code: 'null-value', hint: 'Fill the NULLs first, or give the column a default.' },
  '23503': { code: 'foreign-key-violated', hint: 'Delete the orphaned rows or give them a parent, then run it again.' },
  '23505': { code: 'unique-violated', hint: 'Remove or merge the duplicates first, then run it again.' },
  '23514': { code: 'check-violated', hint: 'Repair the rows that break the check first, then run it again.' },
  '23P01': { code: 'exclusion-violated', hint: 'Repair the rows that exclude each other first, then run it again.' },
  '25001': {
    code: 'not-in-a-transaction',
    hint: 'This statement cannot run in a transaction block. Put it alone into a migration of its own.',
  },
  '25006': {
    code: 'read-only',
    hint: 'The transaction is read only. Connect to the primary, with a role that may write.',
  },
  '25P02': {
    code: 'transaction-aborted',
    hint: 'An earlier statement of the transaction failed; that error is the one to look at.',
  },
  '2BP01': {
    code: 'others-depend',
    hint: 'Drop or change what depends on it first, or write CASCADE where all of it may go.',
  },
  '40001': { code: 'serialization-failed', hint: 'Another transaction was faster. Run it again.' },
  '40P01': { code: 'deadlock', hint: 'Two transactions waited for each other. Run it again.' },
  '42501': {
    code: 'no-right',
    hint: 'Run it as the owner of the object, or grant the right to the role that migrates.',
  },
  '42601': { code: 'syntax-error', hint: 'Look at the marked place, and at what stands before it.' },
  '42701': {
    code: 'column-exists',
    hint: 'The column is there already. If it is the same one, write IF NOT EXISTS; else choose another name.',
  },
  '42703': {
    code: 'column-missing',
    hint: 'Look at the column’s name, and whether an earlier migration creates or drops it.',
  },
  '42704': {
    code: 'object-missing',
    hint: 'Look at the name, and whether an extension or an earlier migration has to create it.',
  },
  '42710': {
    code: 'object-exists',
    hint: 'It is there already. If it is the same one, leave the statement out; else choose another name.',
  },
  '42723': {
    code: 'function-exists',
    hint: 'The function is there already. Write CREATE OR REPLACE, or choose another name.',
  },
  '42804': { code: 'type-mismatch', hint: 'Cast the value, or give ALTER COLUMN … TYPE a USING expression.' },
  '42846': { code: 'no-cast', hint: 'There is no cast between the types. Give a USING expression.' },
  '42883': {
    code: 'function-missing',
    hint: 'Look at the name and the types of the arguments, and whether an extension has to create it.',
  },
  '42P01': {
    code: 'relation-missing',
    hint: 'Look at the name and at search_path, and whether an earlier migration creates or drops it.',
  },
  '42P06': {
    code: 'schema-exists',
    hint: 'The schema is there already. Write CREATE SCHEMA IF NOT EXISTS, or leave the statement out.',
  },
  '42P07': {
    code: 'relation-exists',
    hint: 'It is there already. If it is the same one, write IF NOT EXISTS; else choose another name.',
  },
  '3F000': { code: 'schema-missing', hint: 'Look at the schema’s name, and whether an earlier migration creates it.' },
  '53100': { code: 'disk-full', hint: 'Make room on the server’s disk, then run it again.' },
  '53200': { code: 'out-of-memory', hint: 'Lower maintenance_work_mem or work_mem, or give the server more memory.' },
  '53300': { code: 'too-many-connections', hint: 'Run it again when others have closed theirs.' },
  '55006': { code: 'object-in-use', hint: 'Another session uses it. Wait for it, or end it, then run it again.' },
  '55P03': {
    code: 'lock-not-available',
    hint: 'Another transaction holds the lock. Run it again when that one is done.',
  },
  '57014': {
    code: 'cancelled',
    hint: 'The statement was cancelled: by a signal, by an administrator, or by statement_timeout.',
  },
  '57P01': {
    code: 'connection-lost',
    hint: 'An administrator ended the connection. Run it again: what was done is journaled.',
  },
  '58P01': {
    code: 'file-missing',
    hint: 'A file is missing at the server. Is the extension’s package installed there?',
  },
};

function explained(error: ServerError): Explained | undefined {
  if (error.lost) return known[error.sqlstate === '57P01' ? '57P01' : '08006'];
  if (error.sqlstate === '0A000' && /extension .* is not available/.test(error.message)) {
    return { code: 'extension-missing', hint: 'Install the extension’s package on the server, then run it again.' };
  }
  return known[error.sqlstate];
}

function detailOf(error: ServerError): string | undefined {
  const parts = [error.detail, error.context === undefined ? undefined : `Where: ${error.context}`];
  const text = parts.filter((part) => part !== undefined).join('\n');
  return text === '' ? undefined : text;
}

/** The server’s words, with our advice behind its own. The caller adds file and frame, from `error.position`. */
export function problemFromServerError(error: ServerError): Problem {
  const ours = explained(error);
  const detail = detailOf(error);
  const hint = [error.hint, ours?.hint].filter((part) => part !== undefined).join(' ');
  return problem(ours?.code ?? `sql-${error.sqlstate.toLowerCase()}`, error.message, {
    ...(detail === undefined ? {} : { detail }),
    ...(hint === '' ? {} : { hint }),
  });
}
