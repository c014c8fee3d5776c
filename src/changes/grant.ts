// What does GRANT on objects do and endanger?
import { type Change, defineChange, type Hazard } from './define.ts';
import { isAllNew, plural, printRights, publicHazard, type Rights, readRights } from './reading/rights.ts';

export interface Grant extends Change, Rights {
  readonly kind: 'grant';
}

export default defineChange<Grant>({
  kind: 'grant',
  explain: {
    title: 'Privileges on objects are granted',
    why: 'It takes effect at once and breaks nothing, but it is easily too much: PUBLIC is every role there is and will be, and ALL … IN SCHEMA means what is there now, not what is made later. No table is locked against readers or writers.',
    instead:
      'Grant to group roles, privilege by privilege. For what will be made later, write ALTER DEFAULT PRIVILEGES FOR ROLE the owner.',
    links: ['https://www.postgresql.org/docs/current/sql-grant.html'],
  },
  on: ['GrantStmt'],
  recognise: ({ node }, facts) => {
    if (!('GrantStmt' in node) || node.GrantStmt.is_grant !== true) return null;
    const rights = readRights(node.GrantStmt, facts);
    return { object: printRights(rights), ...rights };
  },
  effects: () => [],
  // Up to 17 it locks no relation; 18 takes ACCESS SHARE.
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: (change, facts) => {
    const { object, roles, everything, objectClass, schemas, grantOption } = change;
    const hazards: Hazard[] = [];
    const open = publicHazard(change, object.slice(object.lastIndexOf(' on ') + 1));
    if (open !== null) hazards.push(open);
    const settled = schemas.every((schema) =>
      facts.newObjects?.some(
        (made) =>
          made.startsWith(`default privileges on ${plural(objectClass)}`) && made.endsWith(` in schema ${schema}`),
      ),
    );
    if (everything && !settled && !isAllNew(change, facts)) {
      hazards.push({
        code: 'grant-misses-later-objects',
        family: 'design',
        severity: 'note',
        message: `${roles.join(', ')} gets nothing on ${plural(objectClass)} that are made later`,
        why: `ALL … IN SCHEMA is a list of what is there when the migration runs, which may differ from database to database.`,
        instead: `Add ALTER DEFAULT PRIVILEGES FOR ROLE the owner IN SCHEMA ${schemas.join(', ')} GRANT … if later ones are meant too.`,
      });
    }
    if (grantOption) {
      hazards.push({
        code: 'grant-can-be-passed-on',
        family: 'design',
        severity: 'note',
        message: `${roles.join(', ')} can pass on ${object}`,
        why: 'WITH GRANT OPTION lets them give it to others; to take it back then needs CASCADE, which takes it from those others too.',
        instead: 'Leave WITH GRANT OPTION out, and grant to a role that the others are members of.',
      });
    }
    return hazards;
  },
});
