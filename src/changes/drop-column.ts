// What does ALTER TABLE … DROP COLUMN do, lock and endanger?
import { entryOf } from '../model/facts.ts';
import { parkColumn } from '../recipes/park-column.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
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
import { isNew, printName, relationFacts } from './name.ts';
import { alteredColumn, alterTable, isNewColumn } from './reading/altered-column.ts';
import { carriedAway } from './reading/carried-away.ts';
import { columnNeighbours } from './reading/column-neighbours.ts';
import { cascadeHazard } from './reading/dropped.ts';
import { wasThere, worthCare } from './reading/size.ts';

export interface DropColumn extends Change {
  readonly kind: 'drop-column';
  readonly table: Name;
  readonly column: string;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropColumn>({
  kind: 'drop-column',
  explain: {
    title: 'A column is dropped',
    why: 'Its values are gone. Every statement of the running application that names it fails, and so does one that an object-relational mapper prepared with all columns. Each index and constraint that has the column goes with it, also those that it shares with others. ACCESS EXCLUSIVE is held for a moment on the table, and on the other table of a foreign key. The room is free only once rows are written anew.',
    instead:
      'First deploy a version of the application that does not name the column, then drop it. Where it is NOT NULL without a default, drop the NOT NULL before that. `roadbook apply` tries the DROP first, carries the values with the key to the schema roadbook_parked, and then drops the column; a large one is set aside before, and carried while the table is in use.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_DropColumn'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const parts = alterTable(clause.node, clause.command);
    if (altered === null || parts === null) return null;
    const { missing_ok: ifExists, behavior } = parts.command;
    return { ...altered, ifExists: ifExists === true, cascade: behavior === 'DROP_CASCADE' };
  },
  effects: ({ table, column }) => [{ effect: 'take-column', table, column }],
  locks: ({ table, column, cascade }, facts): readonly Lock[] => {
    if (isNew(table, facts)) return [];
    const { referred, referring } = columnNeighbours(table, column, facts);
    const others = [...referred, ...(cascade ? referring : [])].filter((name) => !isNew(name, facts));
    const relations = [table, ...others].map((name) => printName(name));
    // Which views use the column is not known.
    return [...relations, ...(cascade ? ['*'] : [])].map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }));
  },
  plan,
  keeps: true,
  lasts: ({ table, column, object }, facts) =>
    isLost(table, column, facts) ? `The values of ${object} are not kept.` : null,
  data: null,
  hazards: (change, facts): readonly Hazard[] => {
    const { table, column, object, cascade } = change;
    if (isNewColumn(table, column, facts)) return [];
    return [
      {
        code: 'drop-column-loses-data',
        family: 'data',
        severity: 'error',
        message: `${object} is dropped with all its values`,
        lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
        why: 'The values are gone for good. A statement of the running application that names the column fails from then on.',
        instead:
          'First deploy a version of the application that does not name it. Where the table has a key `roadbook apply` carries the values to the schema roadbook_parked; of others keep a copy of what may be asked for. Then drop it and say `roadbook:ignore drop-column-loses-data because …`.',
      },
      ...takesKeys(change, facts),
      ...(cascade ? [cascadeHazard(object, 'every view, function, trigger and foreign key that uses it')] : []),
    ];
  },
});

function plan(change: DropColumn, facts: Facts, way: Way): Planned {
  const { table, column, object, ifExists, cascade } = change;
  const known = relationFacts(table, facts);
  if (way.options.park === 'none' || !isLost(table, column, facts)) return null;
  // What is not there PostgreSQL passes over.
  if (ifExists && entryOf(known?.columns, column) === undefined) return null;
  const together = way.inOne || way.together;
  const lost = `The values of ${object} are lost`;
  const carried = carriedAway(table, column, `The values of ${object}`, facts, way);
  if ('cannot' in carried) return { ...carried, lasts: carried.cannot };
  const attempt = attemptOf(change, way);
  const apart = `${lost}: the statement cannot be written in parts. If they may go, say so with \`-- roadbook:option park=none\`.`;
  if (attempt === null) return { cannot: apart, lasts: apart };
  return parkColumn({
    table,
    printed: printName(table),
    column,
    aside: freeColumn(`roadbook_${column}`, Object.keys(known?.columns ?? {})),
    key: carried.key,
    cascade,
    attempt,
    migration: way.migration,
    statement: way.clause.statement,
    together,
    waiting: together && worthCare(table, facts),
    resolves: ['drop-column-loses-data'],
  });
}

/** It was there before, with values that nothing else tells. */
function isLost(table: Name, column: string, facts: Facts): boolean {
  const known = relationFacts(table, facts);
  const own = entryOf(known?.columns, column);
  if (table.schema === 'pg_temp' || !wasThere(table, facts)) return false;
  if (facts.live && own === undefined) return false;
  if (own?.isNew === true || own?.generated !== undefined || isNewColumn(table, column, facts)) return false;
  return !facts.live || known?.kind === 'table' || known?.kind === 'partitioned-table';
}

/** The first of several tries them all: each is refused before one is done. */
function attemptOf({ cascade }: DropColumn, { clause: { node, command }, print }: Way): string | null {
  if (!('AlterTableStmt' in node) || command === null) return null;
  const { cmds = [] } = node.AlterTableStmt;
  const each = cmds.flatMap((one) => ('AlterTableCmd' in one ? [one.AlterTableCmd] : []));
  const isFirst = each[0] === command && each.every(({ subtype }) => subtype === 'AT_DropColumn');
  const isFree = each.every(({ behavior }) => behavior !== 'DROP_CASCADE');
  const tried = isFirst && isFree ? cmds : [withoutCascade({ AlterTableCmd: command }, cascade)];
  return print({ AlterTableStmt: { ...node.AlterTableStmt, cmds: tried } });
}

/** What depends on it is gone by then. */
function withoutCascade(node: Extract<SyntaxNode, { AlterTableCmd: unknown }>, cascade: boolean): SyntaxNode {
  return cascade ? { AlterTableCmd: { ...node.AlterTableCmd, behavior: 'DROP_RESTRICT' } } : node;
}

function freeColumn(wanted: string, taken: readonly string[]): string {
  let short = '';
  for (const character of wanted) {
    if (new TextEncoder().encode(short + character).length > 58) break;
    short += character;
  }
  for (let pass = 0; ; pass += 1) {
    const name = pass === 0 ? short : `${short}${pass}`;
    if (!taken.includes(name)) return name;
  }
}

/** PostgreSQL drops them without a word, and without CASCADE. */
function takesKeys({ table, column, object }: DropColumn, facts: Facts): readonly Hazard[] {
  const { sharedKeys } = columnNeighbours(table, column, facts);
  if (sharedKeys.length === 0) return [];
  const list = sharedKeys.map((name) => printName({ schema: null, name })).join(', ');
  return [
    {
      code: 'drop-column-takes-keys',
      family: 'application',
      severity: 'warning',
      message: `${list} ${sharedKeys.length > 1 ? 'go' : 'goes'} with ${object}`,
      why: 'An index or constraint of several columns is dropped as a whole when one of them is: what it sped up is slow, and what it kept out gets in.',
      instead: 'Build what is to take its place, without the column, in a migration before this one.',
    },
  ];
}
