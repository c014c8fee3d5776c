// What does ALTER TABLE … RENAME COLUMN do, lock and endanger?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { printName, relationFacts, relationName } from './name.ts';
import { columnObject, isNewColumn, knownColumn, lockTable } from './reading/altered-column.ts';
import { cutNames, cutNameTraps, nameTraps } from './reading/name-traps.ts';

export interface RenameColumn extends Change {
  readonly kind: 'rename-column';
  /** A table, or a foreign table. */
  readonly table: Name;
  readonly column: string;
  readonly newName: string;
  /** Names written longer than PostgreSQL keeps. */
  readonly cutNames: readonly string[];
}

export default defineChange<RenameColumn>({
  kind: 'rename-column',
  explain: {
    title: 'A column is renamed',
    why: 'Every statement that says the old name fails at once, while the old version of the application still runs; so do functions whose text names it. Views keep the old name for what they give, and indexes and constraints keep their own names.',
    instead:
      'Leave the name, and let the application call it otherwise. Or add a column of the new name, keep both equal by a trigger, fill it by batches, let the application use it, and drop the old one afterwards.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node, text }, facts) => {
    if (!('RenameStmt' in node)) return null;
    const { renameType, relationType, relation, subname, newname } = node.RenameStmt;
    const ofTable = relationType === 'OBJECT_TABLE' || relationType === 'OBJECT_FOREIGN_TABLE';
    if (renameType !== 'OBJECT_COLUMN' || !ofTable) return null;
    const table = relationName(relation, facts);
    const column = subname ?? '';
    return { object: columnObject(table, column), table, column, newName: newname ?? '', cutNames: cutNames(text) };
  },
  effects: ({ table, column, newName }) => [{ effect: 'move-column', table, from: column, to: newName }],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: ({ table, column, newName, object, cutNames: cut }, facts, after) => {
    const traps = [...nameTraps(newName, columnObject(table, newName)), ...cutNameTraps(cut)];
    if (isNewColumn(table, column, facts)) return traps;
    // Another column takes the old name. One that was there before the rename can have been filled: the two are exchanged.
    const successor = knownColumn(table, column, after);
    const others = Object.values(relationFacts(table, facts)?.columns ?? {});
    if (successor?.isNew === true && !others.some(({ isNew }) => isNew === true)) {
      return [emptied(table, column, object), ...traps];
    }
    if (successor !== undefined) return traps;
    return [
      {
        code: 'rename-column-breaks-application',
        family: 'application',
        severity: 'error',
        message: `${object} is renamed to ${printName({ schema: null, name: newName })} under the running application`,
        lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
        why: 'A statement that says the old name fails from then on, until every running version is exchanged.',
        instead:
          'Leave the name, and let the application call it otherwise; or add a column of the new name, keep both equal by a trigger, fill it by batches, and drop the old one when nothing says its name any more.',
      },
      ...traps,
    ];
  },
});

function emptied(table: Name, column: string, object: string): Hazard {
  return {
    code: 'rename-column-empties-name',
    family: 'application',
    severity: 'error',
    message: `${object} is renamed, and a new column takes its name`,
    lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
    why: 'No statement of the running application fails, so nobody notices: it reads the new column, which lacks the values of the old one, and writes to it.',
    instead: `Give the new column another name, keep it equal to ${printName({ schema: null, name: column })} by a trigger, fill it by batches, and exchange the two names when both hold the same.`,
  };
}
