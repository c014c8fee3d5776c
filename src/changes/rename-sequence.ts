// What does ALTER SEQUENCE … RENAME do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { renamedRelation } from './reading/renamed-relation.ts';
import { isVacated } from './reading/vacated.ts';

export interface RenameSequence extends Change {
  readonly kind: 'rename-sequence';
  readonly sequence: Name;
  readonly to: Name;
}

export default defineChange<RenameSequence>({
  kind: 'rename-sequence',
  explain: {
    title: 'A sequence is renamed',
    why: 'Column defaults follow by themselves. A client or function that calls nextval with the old name fails; libraries that guess the name of a serial column’s sequence do.',
    instead: 'Keep the name, or rename once every running version asks pg_get_serial_sequence or uses RETURNING.',
    links: ['https://www.postgresql.org/docs/current/sql-altersequence.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node)) return null;
    const renamed = renamedRelation(node.RenameStmt, facts);
    if (renamed?.sort !== 'sequence') return null;
    const sequence = renamed.name;
    const to = { schema: sequence.schema, name: node.RenameStmt.newname ?? '' };
    return { object: `sequence ${printName(sequence)}`, sequence, to };
  },
  effects: ({ sequence, to }) => [{ effect: 'rename-relation', from: sequence, to }],
  locks: ({ sequence }, facts) =>
    isNew(sequence, facts) ? [] : [{ relation: printName(sequence), mode: 'ACCESS EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: ({ object, sequence, to }, facts, after) => {
    const exchanged = after.relations[qualifiedName(sequence)] !== undefined || isVacated(to, facts);
    if (isNew(sequence, facts) || exchanged) return [];
    return [
      {
        code: 'rename-sequence-breaks-application',
        family: 'application',
        severity: 'warning',
        message: `${object} is renamed to ${printName(to)} under the running application`,
        why: 'Column defaults follow, but a client or a function body that calls nextval or currval with the old name fails from then on.',
        instead: 'Keep the name, or rename once no running version says it.',
      },
    ];
  },
});
