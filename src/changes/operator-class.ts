// What do CREATE OPERATOR CLASS, CREATE OPERATOR FAMILY and ALTER OPERATOR FAMILY do and endanger?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { needsSuperuser } from './reading/cluster.ts';

export interface OperatorClass extends Change {
  readonly kind: 'operator-class';
  readonly action: 'create-class' | 'create-family' | 'add-to-family' | 'drop-from-family';
  readonly name: Name;
  readonly accessMethod: string;
  /** Used where no other is named. */
  readonly isDefault: boolean;
}

export default defineChange<OperatorClass>({
  kind: 'operator-class',
  explain: {
    title: 'An operator class or family is made or altered',
    why: 'Nothing is locked, but only a superuser may: a class whose operators do not agree with its functions makes indexes wrong. What is taken out of a family, queries no longer use an index for.',
    instead: 'Take one that comes with PostgreSQL or an extension.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createopclass.html',
      'https://www.postgresql.org/docs/current/sql-alteropfamily.html',
    ],
  },
  on: ['CreateOpClassStmt', 'CreateOpFamilyStmt', 'AlterOpFamilyStmt'],
  recognise: ({ node }, facts) => {
    if ('CreateOpClassStmt' in node) {
      const { opclassname, amname: accessMethod = '', isDefault } = node.CreateOpClassStmt;
      const name = nameOfParts(opclassname, facts);
      return {
        object: `operator class ${printName(name)} using ${accessMethod}`,
        action: 'create-class',
        name,
        accessMethod,
        isDefault: isDefault === true,
      };
    }
    const family =
      'CreateOpFamilyStmt' in node
        ? node.CreateOpFamilyStmt
        : 'AlterOpFamilyStmt' in node
          ? node.AlterOpFamilyStmt
          : null;
    if (family === null) return null;
    const { opfamilyname, amname: accessMethod = '' } = family;
    const name = nameOfParts(opfamilyname, facts);
    const drops = 'AlterOpFamilyStmt' in node && node.AlterOpFamilyStmt.isDrop === true;
    const action = 'CreateOpFamilyStmt' in node ? 'create-family' : drops ? 'drop-from-family' : 'add-to-family';
    return {
      object: `operator family ${printName(name)} using ${accessMethod}`,
      action,
      name,
      accessMethod,
      isDefault: false,
    };
  },
  effects: ({ action, object }) => (action.startsWith('create') ? [{ effect: 'make-object', object }] : []),
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ action, object }, facts) => {
    const hazards: Hazard[] = [];
    if (action.startsWith('create')) hazards.push(needsSuperuser(object));
    if (action === 'drop-from-family' && !facts.newObjects?.includes(object)) {
      hazards.push({
        code: 'operator-family-shrinks',
        family: 'application',
        severity: 'warning',
        message: `queries with what is taken out of ${object} no longer use its indexes`,
        why: 'They go on, but read the whole table from the moment the migration is committed.',
        instead: 'Look with EXPLAIN, on a copy, which queries that are.',
      });
    }
    return hazards;
  },
});
