// What does the user hear of rows that a function could not map?
import type { Connection } from '../../database/connection.ts';
import { readUnmapped, upgrades } from '../../journal/index.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { toldKey } from './mapper.ts';

/** `migration`: the number of its row. By then the journal is of this version. */
export async function unmappedNotes(connection: Connection, migration: number): Promise<readonly Problem[]> {
  const found = await readUnmapped(connection, { upgrade: upgrades.length }, migration);
  return found.map(({ id, table, rows, examples }) => {
    const samples = examples.map(({ key, reason }) => `${toldKey(key)}: ${withoutSecrets(reason)}`);
    const one = rows === 1;
    return problem('rows-unmapped', `${rows} ${one ? 'row' : 'rows'} of ${table} could not be mapped by ${id}`, {
      severity: 'warning',
      detail: `${one ? 'It stays as it was' : 'They stay as they were'}. ${samples.join('; ')}${rows > samples.length ? '; …' : ''}.`,
      hint: `All of them: SELECT key, reason FROM roadbook.unmapped WHERE migration = ${migration} ORDER BY number. Mend them before a migration relies on them; where that must not happen, write unmapped: 'stop'.`,
      rows: { count: rows, exact: true, samples },
    });
  });
}
