// What do the options of a sequence say of its owner, and of its numbers running out or coming again?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { relationName } from '../name.ts';
import type { Options } from './options.ts';

/** `OWNED BY app.users.id`; null for NONE and where nothing is said. */
export function ownedBy(options: Options, facts: Facts): { readonly table: Name; readonly column: string } | null {
  const words = options.get('owned_by') ?? [];
  const [column, table, schema] = words.toReversed();
  if (column === undefined || table === undefined) return null;
  const range = { relname: table, ...(schema === undefined ? {} : { schemaname: schema }) };
  return { table: relationName(range, facts), column };
}

const ends: ReadonlyMap<string, string> = new Map([
  ['int4', '2,147,483,647'],
  ['int2', '32,767'],
]);

export function sequenceTraps(object: string, type: string | null, cycles: boolean): readonly Hazard[] {
  const hazards: Hazard[] = [];
  const end = type === null ? undefined : ends.get(type);
  if (end !== undefined && !cycles) {
    hazards.push({
      code: 'small-sequence-runs-out',
      family: 'design',
      severity: 'note',
      message: `${object} ends at ${end}`,
      why: 'A number is used up by every row that was deleted and every insert that failed, too. After the last one nextval fails, and every INSERT that needs it.',
      instead: 'Leave AS out or write AS bigint, and give the columns that take its numbers the type bigint.',
    });
  }
  if (cycles) {
    hazards.push({
      code: 'sequence-gives-numbers-again',
      family: 'data',
      severity: 'note',
      message: `${object} starts again when it has reached its end`,
      why: 'With CYCLE the same numbers come again: as keys they collide with the rows that have them.',
      instead: 'Leave CYCLE out where the numbers are keys.',
    });
  }
  return hazards;
}
