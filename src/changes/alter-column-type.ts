// What does ALTER COLUMN … TYPE do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { columnObject, isNewColumn, knownColumn } from './reading/altered-column.ts';
import { columnNeighbours } from './reading/column-neighbours.ts';
import { smallKey, typeTraps } from './reading/column-traps.ts';
import { mayLose } from './reading/old-values.ts';
import { plannedTypeChange } from './reading/planned-type-change.ts';
import { worthCare } from './reading/size.ts';
import { type TypeChange, typeChangeCost } from './reading/type-change.ts';
import { typeChangeData } from './reading/type-change-data.ts';
import { typeChangeLocks } from './reading/type-change-hazards.ts';
import { readTypeChange } from './reading/type-change-read.ts';
import { isAlike, typeLoss } from './reading/type-loss.ts';

export interface AlterColumnType extends Change, TypeChange {
  readonly kind: 'alter-column-type';
  readonly table: Name;
  readonly column: string;
  /** USING, as a syntax tree. */
  readonly expression: SyntaxNode | null;
  /** PostgreSQL keeps no rows of a foreign table. */
  readonly foreign: boolean;
}

export default defineChange<AlterColumnType>({
  kind: 'alter-column-type',
  explain: {
    title: 'A column gets another type',
    why: 'Where the bytes of a value stay the same (varchar to text, a longer varchar, numeric with more digits before the point, a timestamp with more decimals) only the catalog changes. Otherwise every row and every index is written anew under ACCESS EXCLUSIVE: nobody reads or writes the table, and tables across its foreign keys are locked and read as well. Values may be cut, rounded or refused. PostgreSQL refuses it where a view, a rule, a policy, a trigger, a function with a body of SQL, a publication’s list or a generated column uses the column. Statements that the application prepared fail once with "cached plan must not change result type".',
    instead:
      'Write the change as it is: `roadbook apply` adds a column of the new type, keeps both equal by a trigger, fills it by batches, builds indexes and constraints on it, and exchanges the two in one short transaction; the column stands at the end of the table afterwards. What uses the column, and what uses that in turn, goes and comes back in the same transaction with its owner, privileges, comments and options; only a generated column has to be dropped and added again by hand. `roadbook plan` shows the stages, or why it cannot be done so: partitioned tables and tables with children, published tables, exclusion constraints, deferrable keys and statistics objects of the column.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_AlterColumnType'],
  recognise: (clause, facts) => {
    const read = readTypeChange(clause.node, clause.command, facts);
    if (read === null) return null;
    const { table, column, type, using, collation, expression, foreign } = read;
    return { object: columnObject(table, column), table, column, type, using, collation, expression, foreign };
  },
  effects: ({ table, column, type }) => [{ effect: 'set-column', table, column, facts: { type } }],
  locks: (change, facts): readonly Lock[] => {
    const { table, column, foreign } = change;
    if (isNew(table, facts)) return [];
    const { rewrite, checks, rebuildsIndex } = typeChangeCost(change, facts);
    const { referred, referring } = columnNeighbours(table, column, facts);
    const writes = rewrite !== 'no' && !foreign;
    const cost = writes ? { rewrite: true } : rebuildsIndex || checks.length > 0 ? { scan: true } : {};
    return [
      { relation: printName(table), mode: 'ACCESS EXCLUSIVE', ...(foreign ? {} : cost) },
      ...[...referred, ...referring]
        .filter((name) => !isNew(name, facts))
        .map(
          (name): Lock => ({
            relation: printName(name),
            mode: 'ACCESS EXCLUSIVE',
            ...(writes ? { scan: true } : {}),
          }),
        ),
    ];
  },
  plan: (change, facts, way) => {
    const read = readTypeChange(way.clause.node, way.clause.command, facts);
    return read === null ? null : plannedTypeChange(read, change, facts, way);
  },
  keeps: true,
  lasts: (change, facts) => (mayLose(change, facts) ? `The old values of ${change.object} are not kept.` : null),
  data: (_, facts, way) => typeChangeData(facts, way),
  hazards: (change, facts, after): readonly Hazard[] => {
    const { table, column, type, object, foreign } = change;
    const { from } = typeChangeCost(change, facts);
    const { isPrimaryKey, referred } = columnNeighbours(table, column, facts);
    // What the old type was already is not new.
    const before = from === null ? [] : typeTraps(from, table, column).map(({ code }) => code);
    const traps = typeTraps(type, table, column).filter(({ code }) => !before.includes(code));
    const key = isPrimaryKey && referred.length === 0 && from !== type ? smallKey(type, object) : [];
    return [
      ...(worthCare(table, facts) && !foreign ? typeChangeLocks(change, object, facts) : []),
      ...(isNew(table, facts) || isNewColumn(table, column, facts) || from === null
        ? []
        : valueHazards(change, from, facts)),
      ...differsAcross(change, facts, after),
      ...traps,
      ...key,
    ];
  },
});

function valueHazards({ type, object, using }: AlterColumnType, from: string, facts: Facts): readonly Hazard[] {
  if (from === type) return [];
  const [source, goal] = [from, type].map((each) => facts.domains?.[each]?.base ?? each);
  if (source === undefined || goal === undefined) return [];
  const hazards: Hazard[] = [];
  const loss = using === 'computed' ? null : typeLoss(source, goal, using === 'cast');
  if (loss?.how === 'changes') {
    hazards.push({
      code: 'alter-type-changes-values',
      family: 'data',
      severity: 'error',
      message: `values of ${object} are not the same as ${type}`,
      why: `The type was ${from}. ${loss.what} With another tool the old values cannot be had back.`,
      instead:
        'Look first which rows it concerns, or write in USING what is to become of them. `roadbook apply` keeps the old values in the schema roadbook_parked where the table has a key; else keep the old column beside a new one until nobody asks for them.',
    });
  }
  if (loss?.how === 'depends-on-zone' && (facts.timeZone ?? null) === null) {
    hazards.push({
      code: 'alter-type-depends-on-zone',
      family: 'data',
      severity: 'warning',
      message: `what ${object} means as ${type} depends on TimeZone`,
      why: loss.what,
      instead:
        "Write SET LOCAL timezone = '…' before it, with the zone that the values were written in, or say AT TIME ZONE in USING.",
    });
  }
  if (loss?.how === 'tidies') {
    hazards.push({
      code: 'alter-type-tidies-values',
      family: 'data',
      severity: 'note',
      message: `values of ${object} are written otherwise as ${type}`,
      why: loss.what,
      instead: 'Look first whether anybody compares or signs the text as it was.',
    });
  }
  if (loss?.how === 'fails') {
    hazards.push({
      code: 'alter-type-refuses-values',
      family: 'data',
      severity: 'warning',
      message: `values of ${object} may not fit ${type}`,
      why: `The type was ${from}. ${loss.what}`,
      instead: 'Look first which rows it concerns, and update them in a migration before this one.',
    });
  }
  if (!isAlike(source, goal)) {
    hazards.push({
      code: 'alter-type-breaks-application',
      family: 'application',
      severity: 'warning',
      message: `${object} changes from ${from} to ${type} under the running application`,
      why: 'What the running version writes may be refused, what it compares may have no operator, and what it reads is of another type than it expects.',
      instead:
        'Add a column of the new type beside it, keep both equal by a trigger, let the application use the new one, and drop the old one afterwards.',
    });
  }
  return hazards;
}

/** Foreign keys that join two types once the migration has run. */
function differsAcross({ table, column, type }: AlterColumnType, facts: Facts, after: Facts): readonly Hazard[] {
  const { referring } = columnNeighbours(table, column, facts);
  return referring.flatMap((name): readonly Hazard[] => {
    const keys = Object.values(after.relations[qualifiedName(name)]?.constraints ?? {});
    const own = keys.find(({ references }) => references?.table === qualifiedName(table))?.columns[0];
    const other = own === undefined ? null : (knownColumn(name, own, after)?.type ?? null);
    const stays = knownColumn(table, column, after)?.type === type;
    if (own === undefined || other === null || other === type || !stays || isAlikeText(other, type)) return [];
    return [
      {
        code: 'foreign-key-type-differs',
        family: 'design',
        severity: 'warning',
        message: `column ${printName(name, own)} is ${other}, but ${printName(table, column)} is ${type}`,
        why: 'A value that one side can hold may not fit the other: a bigint key that an integer column refers to fails once its numbers are large.',
        instead: `Change ${printName(name, own)} to ${type} first.`,
        together: {
          item: `${printName(name, own)} (${other})`,
          summary: `columns that refer to ${printName(table, column)}, which is ${type}, have other types`,
          instead: `Change them to ${type} first.`,
        },
      },
    ];
  });
}

function isAlikeText(one: string, other: string): boolean {
  const bare = (type: string) => type.replace(/\(.*\)/, '');
  return bare(one) === bare(other) || [one, other].every((type) => /^(text|character varying)/.test(type));
}
