// What does TRUNCATE do, lock and endanger?

import { qualifiedName } from '../model/facts.ts';
import { keepTruncated } from '../recipes/keep-truncated.ts';
import { type Change, defineChange, type Facts, type Name, type Planned, type Way } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { tablesReferring } from './reading/row-locks.ts';
import { mayKeep, notKept, publishesAll, wouldBeSent } from './reading/rows-kept.ts';
import { worthCare } from './reading/size.ts';

export interface Truncate extends Change {
  readonly kind: 'truncate';
  readonly tables: readonly Name[];
  readonly cascade: boolean;
  readonly restartIdentity: boolean;
}

export default defineChange<Truncate>({
  kind: 'truncate',
  explain: {
    title: 'A table is emptied',
    why: 'TRUNCATE removes all rows at once and holds ACCESS EXCLUSIVE until the migration commits: nobody reads or writes the table. No ON DELETE trigger runs. With CASCADE it empties every table that refers to it by a foreign key too, and those that refer to these. A transaction that began before sees an empty table instead of its rows.',
    instead:
      'Keep a copy of what may be missed. Name each table that is to be emptied rather than write CASCADE, and make TRUNCATE the last statement of a short migration.',
    links: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
  },
  on: ['TruncateStmt'],
  recognise: ({ node }, facts) => {
    if (!('TruncateStmt' in node)) return null;
    const { relations, behavior, restart_seqs: restart } = node.TruncateStmt;
    const tables = (relations ?? []).flatMap((range) =>
      'RangeVar' in range ? [relationName(range.RangeVar, facts)] : [],
    );
    return {
      object: `rows of ${tables.map((table) => printName(table)).join(', ')}`,
      tables,
      cascade: behavior === 'DROP_CASCADE',
      restartIdentity: restart === true,
    };
  },
  effects: () => [],
  locks: ({ tables, cascade }, facts) => [
    ...tables
      .filter((table) => !isNew(table, facts))
      .map((table) => ({ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }) as const),
    ...(cascade ? reached(tables, facts) : []).map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }) as const),
    ...(cascade && tables.some((table) => relationFacts(table, facts) === undefined)
      ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE' } as const]
      : []),
  ],
  plan,
  keeps: true,
  lasts: ({ tables }, facts) => tables.map((table) => notKept(table, facts)).find((why) => why !== null) ?? null,
  data: null,
  hazards: ({ tables, cascade }, facts) => {
    const existing = tables.filter((table) => !isNew(table, facts));
    if (existing.length === 0) return [];
    const names = existing.map((table) => printName(table)).join(', ');
    const [first] = existing;
    const lock = { relation: first === undefined ? '*' : printName(first), mode: 'ACCESS EXCLUSIVE' } as const;
    const further = reached(tables, facts);
    return [
      {
        code: 'truncate-loses-rows',
        family: 'data',
        severity: 'error',
        message: `every row of ${names} is removed`,
        lock,
        why: 'The rows are lost. The lock stays until the migration commits, and a transaction that began earlier sees the table empty.',
        instead:
          'If that is meant, keep a copy first: CREATE TABLE … AS SELECT *; and say `roadbook:ignore truncate-loses-rows because …`.',
      },
      ...(cascade
        ? ([
            {
              code: 'truncate-cascades',
              family: 'data',
              severity: 'error',
              message: `TRUNCATE of ${names} empties ${further.length > 0 ? further.join(', ') : 'every table that refers to it'} too`,
              lock,
              why: 'CASCADE goes to all tables that refer to these by a foreign key, whether or not any of their rows does, and on to those that refer to them.',
              instead: `Name the tables: TRUNCATE ${[names, ...further].join(', ')}. A table that was forgotten makes it fail then, instead of being emptied.`,
            },
          ] as const)
        : []),
    ];
  },
});

function plan({ tables, cascade, restartIdentity, object }: Truncate, facts: Facts, way: Way): Planned {
  const { node, text, statement } = way.clause;
  if (!('TruncateStmt' in node) || way.options.park === 'none') return null;
  const ranges = (node.TruncateStmt.relations ?? []).flatMap((one) => ('RangeVar' in one ? [one.RangeVar] : []));
  const kept = tables.flatMap((table, index) =>
    mayKeep(table, facts) ? [{ table: printName(table), only: ranges[index]?.inh !== true }] : [],
  );
  if (kept.length === 0) return null;
  if (publishesAll(way)) return { cannot: wouldBeSent };
  const further = cascade ? reached(tables, facts) : [];
  const large = [...tables.filter((table) => worthCare(table, facts)).map((table) => printName(table)), ...further];
  return [
    keepTruncated({
      tables: kept,
      cascade,
      restartIdentity,
      migration: way.migration,
      statement,
      sql: text,
      what: object,
      locks: [...kept.map(({ table }) => table), ...further].map((relation) => ({
        relation,
        mode: 'ACCESS EXCLUSIVE',
        scan: true,
      })),
      resolves: ['truncate-loses-rows', 'truncate-cascades'],
      blocks:
        large.length === 0
          ? null
          : `All rows of ${large.join(', ')} are copied to the schema roadbook_parked first, and meanwhile nobody reads or writes them. If they may be lost, say so with \`-- roadbook:option park=none\`.`,
    }),
  ];
}

/** Existing tables that CASCADE reaches, as far as is known. */
function reached(tables: readonly Name[], facts: Parameters<typeof isNew>[1]): readonly string[] {
  return tablesReferring(tables.map(qualifiedName), facts).filter((key) => facts.relations[key]?.isNew !== true);
}
