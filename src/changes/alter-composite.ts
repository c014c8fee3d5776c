// What does ALTER TYPE … ADD, DROP or ALTER ATTRIBUTE do, lock and endanger?
import { type Change, defineChange, type Facts, type Hazard, type Name } from './define.ts';
import { printName, relationName } from './name.ts';
import { readType } from './reading/type-name.ts';
import { isNewType, isOfType, tablesUsingType } from './reading/type-users.ts';

export interface AlterComposite extends Change {
  readonly kind: 'alter-composite';
  readonly type: Name;
  readonly action: 'add' | 'drop' | 'alter';
  readonly attribute: string;
  /** The type of the attribute from then on; null where it is dropped. */
  readonly attributeType: string | null;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

const actions: Readonly<Record<string, AlterComposite['action']>> = {
  AT_AddColumn: 'add',
  AT_DropColumn: 'drop',
  AT_AlterColumnType: 'alter',
};

export default defineChange<AlterComposite>({
  kind: 'alter-composite',
  explain: {
    title: 'An attribute of a composite type is added, dropped or changed',
    why: 'Rows hold the values of a column of the type as they were written: an attribute that is added reads NULL, one that is dropped is lost, and a change of type is refused as long as a column has the type. Tables made with `OF type` are refused without CASCADE, and with it are altered as ALTER TABLE would, under ACCESS EXCLUSIVE. The running application that writes `ROW(…)::type` with another number of attributes fails.',
    instead:
      'Make a new type and a new column of it, copy the values, and drop the old column once no running version uses it.',
    links: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  on: ['AlterTableStmt/AT_AddColumn', 'AlterTableStmt/AT_DropColumn', 'AlterTableStmt/AT_AlterColumnType'],
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command === null || node.AlterTableStmt.objtype !== 'OBJECT_TYPE') return null;
    const action = actions[command.subtype ?? ''];
    if (action === undefined) return null;
    const type = relationName(node.AlterTableStmt.relation, facts);
    const column = command.def !== undefined && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
    const attribute = command.name ?? column?.colname ?? '';
    return {
      object: `attribute ${attribute} of type ${printName(type)}`,
      type,
      action,
      attribute,
      attributeType: column === undefined ? null : readType(column.typeName, facts).text,
      ifExists: command.missing_ok === true,
      cascade: command.behavior === 'DROP_CASCADE',
    };
  },
  effects: () => [],
  locks: ({ type, action, cascade }, facts) => {
    if (!cascade || isNewType(type, facts)) return [];
    return [{ relation: '*', mode: 'ACCESS EXCLUSIVE', ...(action === 'alter' ? { rewrite: true } : {}) }];
  },
  plan: ({ type, action, cascade, object }, facts, { catalog }) => {
    if (action !== 'alter' || !cascade || isNewType(type, facts)) return null;
    const tables = Object.entries(catalog.objects.table ?? {});
    const made = tables.filter(
      ([, own]) => typeof own['of type'] === 'string' && isOfType(own['of type'], type, facts),
    );
    if (facts.live && made.length === 0) return null;
    const names = made.map(([name]) => name).join(', ');
    return {
      cannot: `${names === '' ? 'Tables that are made of the type' : names} can have no column beside the one of ${object}, so every row is written anew where the two types are stored differently.`,
    };
  },
  data: null,
  hazards: (change, facts) => (isNewType(change.type, facts) ? [] : [...inUse(change, facts), ...consequence(change)]),
});

function inUse({ object, type, action }: AlterComposite, facts: Facts): readonly Hazard[] {
  const tables = tablesUsingType(type, facts);
  if (action !== 'alter' || tables.length === 0) return [];
  return [
    {
      code: 'composite-type-in-use',
      family: 'application',
      severity: 'error',
      message: `the type of ${object} cannot change, since ${tables.join(', ')} uses it`,
      why: 'PostgreSQL does not rewrite values inside a column: it refuses to change the type of an attribute as long as a column of a table has the composite type. CASCADE does not help.',
      instead: 'Make a new type and a new column of it, copy the values, and drop the old column and type later.',
    },
  ];
}

function consequence({ object, action, cascade }: AlterComposite): readonly Hazard[] {
  const lock = cascade ? ({ lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' } } as const) : {};
  if (action === 'drop') {
    return [
      {
        code: 'drop-attribute-loses-data',
        family: 'data',
        severity: 'error',
        message: `${object} is dropped, and its values with it`,
        ...lock,
        why: 'In every row the values of the attribute are out of reach. The running application that names it, or writes as many values as there were, fails.',
        instead:
          'Stop using the attribute first. Copy what is still wanted to a column of its own before it is dropped.',
      },
    ];
  }
  if (action === 'add') {
    return [
      {
        code: 'add-attribute-breaks-application',
        family: 'application',
        severity: 'warning',
        message: `${object} is one value more than the running application writes`,
        ...lock,
        why: 'ROW(…)::type with the old number of values fails: "cannot cast type record". So do drivers that read or write the type by position.',
        instead: 'Let every running version name the attributes one by one, or make a new type beside this one.',
      },
    ];
  }
  if (!cascade) return [];
  return [
    {
      code: 'alter-attribute-rewrites-tables',
      family: 'lock',
      severity: 'error',
      message: `the type of ${object} changes in every table made OF it`,
      ...lock,
      why: 'CASCADE alters the columns of those tables; where the two types are stored differently every row is written anew while nobody reads or writes the table.',
      instead: 'Add a new column to each table, copy the values in batches, and drop the old one later.',
    },
  ];
}
