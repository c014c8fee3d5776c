// What does ALTER TYPE … RENAME VALUE do and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { isNewType } from './reading/type-users.ts';

export interface RenameEnumValue extends Change {
  readonly kind: 'rename-enum-value';
  readonly type: Name;
  readonly from: string;
  readonly to: string;
}

export default defineChange<RenameEnumValue>({
  kind: 'rename-enum-value',
  explain: {
    title: 'A value of an enum is renamed',
    why: 'No table is locked or rewritten: rows hold a number, and the label changes for all of them at once. That is the danger: the running version of the application still writes the old label, which fails, and reads the new one, which it does not know.',
    instead:
      'Add the new value, let the application read both and write the new one, then update the rows. Or rename while the application is stopped.',
    links: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  on: ['AlterEnumStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterEnumStmt' in node) || node.AlterEnumStmt.oldVal === undefined) return null;
    const { typeName, oldVal, newVal } = node.AlterEnumStmt;
    const type = nameOfParts(typeName, facts);
    return { object: `value '${oldVal}' of type ${printName(type)}`, type, from: oldVal, to: newVal ?? '' };
  },
  effects: ({ type, from, to }) => [{ effect: 'rename-label', type, from, to }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, type, from, to }, facts) => {
    if (isNewType(type, facts)) return [];
    return [
      {
        code: 'rename-enum-value-breaks-application',
        family: 'application',
        severity: 'error',
        message: `${object} is renamed to '${to}' under the running application`,
        why: `A statement with '${from}' fails from then on: "invalid input value for enum". Rows that had it read '${to}', in views, functions and the application alike; text in function bodies is not renamed.`,
        instead: `Add the value '${to}', use it from the next version of the application on, and update the rows in a migration after that.`,
      },
    ];
  },
});
