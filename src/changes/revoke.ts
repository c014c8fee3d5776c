// What does REVOKE on objects do and endanger?
import { type Change, defineChange, type Hazard } from './define.ts';
import { isAllNew, printRights, type Rights, readRights } from './reading/rights.ts';

export interface Revoke extends Change, Rights {
  readonly kind: 'revoke';
}

export default defineChange<Revoke>({
  kind: 'revoke',
  explain: {
    title: 'Privileges on objects are revoked',
    why: 'The next query of whoever relied on it fails with “permission denied”, in the middle of an open transaction too. CASCADE also takes it from those it was passed on to. REVOKE of a column takes nothing from who holds the privilege on the whole table.',
    instead:
      'Find out first who uses it, deploy what does without it, then revoke. To leave single columns out, revoke the privilege on the table and grant the other columns.',
    links: ['https://www.postgresql.org/docs/current/sql-revoke.html'],
  },
  on: ['GrantStmt'],
  recognise: ({ node }, facts) => {
    if (!('GrantStmt' in node) || node.GrantStmt.is_grant === true) return null;
    const rights = readRights(node.GrantStmt, facts);
    return { object: printRights(rights), ...rights };
  },
  effects: () => [],
  // Up to 17 it locks no relation; 18 takes ACCESS SHARE.
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: (change, facts) => {
    if (isAllNew(change, facts)) return [];
    const { object, roles, columns, grantOption, cascade } = change;
    const hazards: Hazard[] = [];
    if (columns.length > 0) {
      hazards.push({
        code: 'column-revoke-without-effect',
        family: 'design',
        severity: 'warning',
        message: `${roles.join(', ')} keeps ${object} where it holds the privilege on the whole table`,
        why: 'A privilege on the table covers all its columns, and PostgreSQL does not subtract single ones from it; the statement succeeds all the same.',
        instead: 'Revoke the privilege on the table, and grant it on the columns that are to stay.',
      });
    } else if (!grantOption) {
      hazards.push({
        code: 'revoke-breaks-application',
        family: 'application',
        severity: 'warning',
        message: `${roles.join(', ')} loses ${object}`,
        why: 'What still relies on it, the running application or a report, fails with “permission denied” from its next query on.',
        instead: 'Make sure that nobody uses it any more, or has it in another way, before this is applied.',
      });
    }
    if (cascade) {
      hazards.push({
        code: 'revoke-takes-passed-on',
        family: 'application',
        severity: 'warning',
        message: `CASCADE takes ${object} from others than ${roles.join(', ')} too`,
        why: 'Whoever got the privilege through them, by WITH GRANT OPTION, loses it as well.',
        instead: 'Leave CASCADE out: PostgreSQL then refuses if there are any. Grant it to them directly first.',
      });
    }
    return hazards;
  },
});
