// What does a plan say when something cannot be done as it should?
import type { MigrationPlan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { ReadMigration } from '../read/index.ts';
import type { Draft } from '../recipes/draft.ts';
import { type ParsedStatement, problemAt } from '../sql/index.ts';

export interface Place {
  readonly migration: ReadMigration;
  /** How its file is named to the user. */
  readonly label: string;
  readonly statement: ParsedStatement;
}

/** Null where there is none. */
export function cannotBeOnline(place: Place, reasons: readonly (string | null)[]): readonly Problem[] {
  return reasons.flatMap((cannot) => (cannot === null ? [] : [runsAsWritten(place, cannot)]));
}

function runsAsWritten({ migration, label, statement }: Place, cannot: string): Problem {
  return problemAt(
    'runs-as-written',
    'this statement runs as written, although others wait for it',
    { source: migration.text, file: label },
    statement,
    {
      severity: 'warning',
      detail: cannot,
      hint: 'Apply it when the application is quiet, or write it another way; `roadbook check` says what it blocks.',
    },
  );
}

/** What `undo` will not take back is said before it is done. */
export function lasting(
  { migration, label, statement }: Place,
  clauses: readonly { readonly lasts?: string | null }[],
): readonly Problem[] {
  const sentences = [...new Set(clauses.flatMap(({ lasts = null }) => (lasts === null ? [] : [lasts])))];
  if (sentences.length === 0) return [];
  return [
    problemAt(
      'no-way-back',
      'this statement is not taken back by undo',
      { source: migration.text, file: label },
      statement,
      {
        severity: 'note',
        detail: sentences.join(' '),
        hint: 'If it is to be undone, write what takes it back into a section `-- roadbook:undo`.',
      },
    ),
  ];
}

/** Its plan is made again, by the catalog as it is then, before it is run: see `isPlannedInTurn`. */
export function plannedInTurn(
  { migration, label, statement }: Place,
  reasons: readonly (string | null)[],
): readonly Problem[] {
  const detail = reasons.flatMap((reason) => (reason === null ? [] : [reason]));
  return [
    problemAt(
      'planned-in-its-turn',
      'how this statement is carried out is known when the migrations before it are applied',
      { source: migration.text, file: label },
      statement,
      {
        severity: 'warning',
        detail: detail.join(' '),
        hint: 'Run `roadbook apply --to` the migration before it, and then `roadbook plan`, to see the stages. `roadbook apply` plans this migration anew when its turn comes.',
      },
    ),
  ];
}

export function isPlannedInTurn({ problems }: Pick<MigrationPlan, 'problems'>): boolean {
  return problems.some(({ code }) => code === 'planned-in-its-turn');
}

/** `replaced`: it takes a table's name away, and another table gets it. */
export function keptTogether({ migration, label, statement }: Place, replaced: boolean): Problem {
  return problemAt(
    'kept-in-one-transaction',
    'from here on all statements run in one transaction',
    { source: migration.text, file: label },
    statement,
    {
      severity: 'warning',
      detail: `${
        replaced
          ? 'It takes the name of a table, and another one gets it further down: in between, the application would find none, or one that is not filled yet.'
          : 'It makes something that ends with its transaction or belongs to its session, which the statements after it may need.'
      } Their locks are held until the last of them is done.`,
      hint: 'Move what does not need it into a migration of its own.',
    },
  );
}

export function columnMovesToEnd({ migration, label, statement }: Place, column: string): Problem {
  return problemAt(
    'column-moves-to-end',
    `${column} stands at the end of its table afterwards`,
    { source: migration.text, file: label },
    statement,
    {
      severity: 'warning',
      detail:
        'Another column takes its place, and PostgreSQL puts a new column behind all others. SELECT * and INSERT without a list of columns see another order, and meanwhile one column more.',
      hint: 'Name columns in queries. Where the order matters, write -- roadbook:option online=never and apply it when the application is quiet.',
    },
  );
}

export function recreatesDependents({ migration, label, statement }: Place, { objects, filled }: Recreated): Problem {
  const others = objects.length - 3;
  const named = [...objects.slice(0, 3), ...(others > 0 ? [`${others} more`] : [])].join(', ');
  const read =
    filled.length === 0
      ? ''
      : ` Rows of materialized view ${filled.join(', ')} are read anew, and until that is done nobody reads or writes the table.`;
  return problemAt(
    'recreates-dependents',
    `what uses the column is made again: ${named}`,
    { source: migration.text, file: label },
    statement,
    {
      severity: filled.length === 0 ? 'note' : 'warning',
      detail: `PostgreSQL refuses another type for a column that something uses: ${objects.join(', ')}. In the transaction of the change each goes, and comes back with the same definition, owner, privileges, comments and options; nobody sees the database in between.${read}`,
      hint: 'Look in `roadbook plan` at the definitions: casts and constants in them stay of the type that they are of now.',
    },
  );
}

type Recreated = NonNullable<Draft['recreates']>;
