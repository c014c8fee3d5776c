// How are rows kept as they were before a statement changes them, so that they can be brought back?
import type { Lock } from '../model/change.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { Draft, DraftStep } from './draft.ts';
import { doBlock, pathDeclared, withFullNames } from './in-do-block.ts';
import { keepingMark } from './keep-rows-names.ts';
import { eachTouched, tablesTouched } from './keep-rows-of-table.ts';

/** What a statement does to the rows of one table. */
export interface RowsTarget {
  /** As SQL names it; a view stands for what it shows. */
  readonly table: string;
  readonly inserts: boolean;
  /** The columns it sets, not quoted; null: it updates none. */
  readonly updates: readonly string[] | null;
  /** Of these columns, what each row gets, as SQL. */
  readonly constants: Readonly<Record<string, string>>;
  readonly deletes: boolean;
}

export interface Keeping {
  readonly targets: readonly RowsTarget[];
  readonly migration: string;
  /** Several statements that follow each other may share triggers: index of the first, and whether this is the first and the last. */
  readonly run: { readonly start: number; readonly isFirst: boolean; readonly isLast: boolean };
  /** Those that get a trigger, as SQL names them; `*`: nobody knows. */
  readonly relations: readonly string[];
  /** For people: `rows of public.users`. */
  readonly what: string;
  /** All in one transaction: nothing is committed in between, or the tables are small. */
  readonly together: boolean;
  readonly resolves: readonly string[];
}

/** The trigger keeps what is done under this setting only, not what others do meanwhile. */
export const keepingOn = 'SET LOCAL roadbook.keeping = on';

/**
 * `inner` are the stages that do it. Statement triggers with transition tables are there meanwhile; they are made and dropped
 * in transactions of their own where that would keep others waiting: DROP TRIGGER takes ACCESS EXCLUSIVE.
 */
export function keepRows(keeping: Keeping, inner: readonly Draft[]): readonly Draft[] {
  const { together, resolves, run } = keeping;
  const [first, ...others] = inner;
  const begin = run.isFirst ? [armed(keeping)] : [];
  const end = run.isLast ? [disarmed(keeping)] : [];
  const on: DraftStep = { sql: keepingOn, does: 'say to the triggers that this is to be kept' };
  if (together && first !== undefined && others.length === 0) {
    const steps = [...begin, on, ...first.steps.map(kept), ...end];
    return [{ ...first, steps, anyway: true, whole: true, resolves: [...resolves, ...(first.resolves ?? [])] }];
  }
  const apart = (step: DraftStep): Draft => ({
    stage: 'transaction',
    steps: [step],
    commits: true,
    anyway: true,
    whole: true,
    resolves,
  });
  return [
    ...begin.map(apart),
    ...inner.map((draft): Draft => {
      const common = { ...draft, anyway: true, whole: true, resolves: [...resolves, ...(draft.resolves ?? [])] };
      const steps = draft.steps.map(kept);
      if (draft.stage === 'backfill') return { ...common, steps, settings: [keepingOn] };
      return { ...common, steps: [on, ...steps], alone: true };
    }),
    ...end.map(apart),
  ];
}

function kept(step: DraftStep): DraftStep {
  return { ...step, undo: 'parked' };
}

function armed({ targets, migration, run: { start: statement }, relations, what }: Keeping): DraftStep {
  const wanted = targets.map(({ table, inserts, updates, constants, deletes }) => ({
    table,
    events: [...(inserts ? ['insert'] : []), ...(updates === null ? [] : ['update']), ...(deletes ? ['delete'] : [])],
    columns: updates,
    constants,
  }));
  const sql = doBlock(
    [
      pathDeclared,
      `wanted jsonb := ${quoteLiteral(JSON.stringify(wanted))}`,
      'does jsonb',
      't record',
      'e record',
      'sql text',
      'parked text',
      'columns text[]',
      'given jsonb',
      'body text',
      'filled boolean',
    ],
    [
      // Names mean what they mean to the statement.
      `SELECT pg_catalog.jsonb_agg(x.target || pg_catalog.jsonb_build_object('oid', pg_catalog.to_regclass(x.target ->> 'table')::oid))
  INTO does FROM pg_catalog.jsonb_array_elements(wanted) x(target);`,
      withFullNames(
        [`${tablesTouched} LOOP`, eachTouched(migration, statement).replace(/^(?=.)/gm, '  '), 'END LOOP;'].join('\n'),
      ),
    ].join('\n'),
  );
  return {
    sql,
    does: `make the triggers that keep ${what} as they were`,
    judgedAs: '',
    alsoLocks: relations.map((relation): Lock => ({ relation, mode: 'SHARE ROW EXCLUSIVE' })),
  };
}

/** Rows tables that nothing was written to go, too. */
function disarmed({ migration, run: { start: statement }, relations, what }: Keeping): DraftStep {
  const mark = quoteLiteral(keepingMark(migration, statement));
  const sql = doBlock(
    [pathDeclared, 'sql text', 'f record', 'filled boolean'],
    withFullNames(`FOR sql IN SELECT format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass)
  FROM pg_trigger g WHERE g.tgname LIKE ${mark} || '%' AND NOT g.tgisinternal ORDER BY g.tgrelid LOOP
  EXECUTE sql;
END LOOP;
FOR sql IN SELECT format('DROP FUNCTION %s', p.oid::regprocedure)
  FROM pg_proc p WHERE p.pronamespace = to_regnamespace('roadbook_parked') AND p.proname LIKE ${mark} || '%' LOOP
  EXECUTE sql;
END LOOP;
FOR f IN SELECT c.oid::regclass AS t FROM pg_class c
  WHERE c.relnamespace = to_regnamespace('roadbook_parked') AND c.relkind = 'r'
    AND obj_description(c.oid, 'pg_class') LIKE ${quoteLiteral(`%"mark": "${keepingMark(migration, statement)}"%`)} LOOP
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', f.t) INTO filled;
  IF NOT filled THEN
    EXECUTE format('DROP TABLE %s', f.t);
  END IF;
END LOOP;`),
  );
  return {
    sql,
    does: `drop the triggers that kept ${what}`,
    judgedAs: '',
    alsoLocks: relations.map((relation): Lock => ({ relation, mode: 'ACCESS EXCLUSIVE' })),
  };
}
