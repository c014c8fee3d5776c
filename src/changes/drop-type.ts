// What does DROP TYPE or DROP DOMAIN do, lock and endanger?
import { dropButKeepParked, dropOrMove } from '../recipes/park-what-is-used.ts';
import { quoteLiteral } from '../sql/quote.ts';
import {
  type Change,
  defineChange,
  type Facts,
  type Hazard,
  type Lock,
  type Name,
  type Planned,
  type Way,
} from './define.ts';
import { printName } from './name.ts';
import { droppedOf, listed } from './reading/dropped.ts';
import { nameOfKey } from './reading/key.ts';
import { isParkedBefore } from './reading/parked-before.ts';
import { isNewType, tablesUsingType } from './reading/type-users.ts';

export interface DropType extends Change {
  readonly kind: 'drop-type';
  readonly types: readonly Name[];
  readonly domain: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropType>({
  kind: 'drop-type',
  explain: {
    title: 'A type or a domain is dropped',
    why: 'Without CASCADE PostgreSQL refuses as long as anything uses the type. With it every column of the type is dropped with its values, and every function with such an argument, under ACCESS EXCLUSIVE on the tables.',
    instead: 'Leave CASCADE out. Change or drop the columns by name first, where each can be judged on its own.',
    links: [
      'https://www.postgresql.org/docs/current/sql-droptype.html',
      'https://www.postgresql.org/docs/current/sql-dropdomain.html',
    ],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_TYPE', 'OBJECT_DOMAIN'], facts);
    if (dropped === null) return null;
    const domain = 'DropStmt' in node && node.DropStmt.removeType === 'OBJECT_DOMAIN';
    const { names, ifExists, cascade } = dropped;
    return { object: listed(domain ? 'domain' : 'type', names), types: names, domain, ifExists, cascade };
  },
  effects: ({ types }) => types.map((name) => ({ effect: 'take-type', name })),
  locks: ({ types, cascade }, facts): readonly Lock[] => {
    const old = types.filter((type) => !isNewType(type, facts));
    if (!cascade || old.length === 0) return [];
    const tables = old.flatMap((type) => tablesUsingType(type, facts));
    const relations = tables.length > 0 ? tables.map((key) => printName(nameOfKey(key))) : ['*'];
    return relations.map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }));
  },
  plan,
  keeps: true,
  data: null,
  hazards: ({ types, domain, cascade }, facts): readonly Hazard[] =>
    cascade ? types.filter((type) => !isNewType(type, facts)).map((type) => dropsColumns(type, domain, facts)) : [],
});

/** Not refused for what is parked, nor with CASCADE at its cost. */
function plan({ types, domain, cascade, object }: DropType, facts: Facts, way: Way): Planned {
  if (types.every((type) => isNewType(type, facts)) || !isParkedBefore(facts, way)) return null;
  const used = { migration: way.migration, statement: way.clause.text };
  if (cascade)
    return [
      {
        stage: 'transaction',
        steps: [dropButKeepParked({ ...used, does: `drop ${object}, but nothing parked` }, [])],
        anyway: true,
      },
    ];
  const does = `drop ${object}, or move what parked rows use of it to roadbook_parked`;
  const oids = types.map((type) => `to_regtype(${quoteLiteral(printName(type))})`);
  return [dropOrMove({ ...used, does }, oids, domain ? 'DOMAIN' : 'TYPE')];
}

function dropsColumns(type: Name, domain: boolean, facts: Facts): Hazard {
  const object = `${domain ? 'domain' : 'type'} ${printName(type)}`;
  const tables = tablesUsingType(type, facts).map((key) => printName(nameOfKey(key)));
  const where = tables.length > 0 ? `its columns in ${tables.join(', ')}` : 'every column of it';
  return {
    code: 'drop-type-cascade-drops-columns',
    family: 'data',
    severity: 'error',
    message: `CASCADE drops ${object} and ${where}`,
    lock: { relation: tables.length === 1 ? (tables[0] ?? '*') : '*', mode: 'ACCESS EXCLUSIVE' },
    why: 'The columns go with all their values, and with them the indexes, constraints, views and functions that use them; none of them is named in the migration.',
    instead:
      'Leave CASCADE out: PostgreSQL then refuses and lists what uses the type. Change or drop that by name, before it.',
  };
}
