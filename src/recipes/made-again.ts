// How is what uses a column taken out of the way of a change of its type, and made again as it was?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { dollarQuoted } from '../sql/dollar-quote.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { tablesOf, type Used, type User, usersOf } from './column-users.ts';
import type { Draft, DraftStep } from './draft.ts';
import { doBlock, tried } from './in-do-block.ts';
import { commentOn, keptRights } from './kept-rights.ts';
import { publicationSteps } from './publication-entry.ts';
import { CannotRenew } from './renewed-constraint.ts';
import { filled, viewAgain } from './view-again.ts';

export interface Around {
  readonly away: readonly DraftStep[];
  readonly again: readonly DraftStep[];
  /** The same without what reads rows. */
  readonly defined: readonly DraftStep[];
  /** For people: `view public.prices`. */
  readonly objects: readonly string[];
  /** Materialized views, whose rows are read anew. */
  readonly filled: readonly string[];
  readonly users: readonly User[];
}

export interface Making extends Used {
  readonly print: (node: SyntaxNode) => string | null;
}

/** Null: nothing is in the way. Throws `CannotRenew`. All of it must be in one transaction with the change. */
export function madeAgain(making: Making): Around | null {
  const { catalog, printed } = making;
  const { standing, hanging } = usersOf(making);
  const users = [...standing, ...hanging];
  if (users.length === 0) return null;
  const tables = tablesOf(catalog, printed).printed;
  const gone = new Set(standing.map(({ kind, printed: name }) => `${kind} ${name}`));
  const left = hanging.map((user) => hangingOne(user, gone, tables, catalog));
  const made = standing.map((user) => standingOne(user, making));
  const views = standing.filter(({ kind }) => kind === 'materialized view');
  const defined = [...made.flatMap(({ again }) => again), ...left.flatMap(({ again }) => again)];
  return {
    away: [...left.flatMap(({ away }) => away), ...made.toReversed().flatMap(({ away }) => away)],
    defined: inPlainSession(defined),
    again: inPlainSession([
      ...defined,
      // Their rows are read when everything is there that says who may see which.
      ...views.flatMap((user) => filled(user, making)),
    ]),
    objects: users.map(({ kind, printed: name, own }) =>
      kind === 'publication' ? `publication ${name}` : `${kind} ${nameWithTable(kind, name, own)}`,
    ),
    filled: views.flatMap(({ printed: name, own }) => (own.populated === false ? [] : [name])),
    users,
  };
}

const saysWhat = `EXCEPTION WHEN OTHERS THEN
  RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM, DETAIL = pg_catalog.format('PostgreSQL says so when it is to %s.', doing);`;

/** Whether the definitions hold with the new type is found before a row is written. */
export function triedFirst({ away, defined, users }: Around, exchange: readonly string[], table: string): DraftStep {
  const run = (sql: string) => `EXECUTE ${dollarQuoted(sql, 'sql')};`;
  const step = ({ sql, does }: DraftStep) =>
    /^(make|take) /.test(does) ? `doing := ${quoteLiteral(does)};\n${run(sql)}` : run(sql);
  const statements = [...away.map(step), ...exchange.map(run), ...defined.map(step)];
  const relations = new Set([
    table,
    ...users.flatMap(({ kind, printed, own }) => {
      if (kind === 'view' || kind === 'materialized view') return [asSql(printed)];
      return typeof own.on === 'string'
        ? [asSql(own.on.replace(/^(materialized view|foreign table|view|table) /, ''))]
        : [];
    }),
  ]);
  return {
    sql: doBlock(['doing text'], `${tried(statements.join('\n'))}\n${saysWhat}`),
    does: 'see that what uses the column can be made again with the new type',
    judgedAs: 'SELECT 1',
    alsoLocks: [...relations].map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' })),
  };
}

function asSql(printed: string): string {
  return partsOfName(printed).map(quoteIdentifier).join('.');
}

function nameWithTable(kind: string, printed: string, { on }: Properties): string {
  return kind === 'rule' || kind === 'trigger' || kind === 'policy'
    ? `${quoteIdentifier(partsOfName(printed).at(-1) ?? '')} on ${String(on).replace(/^.*?(table|view) /, '')}`
    : printed;
}

interface Pair {
  readonly away: readonly DraftStep[];
  readonly again: readonly DraftStep[];
}

function standingOne(user: User, making: Making): Pair {
  const { kind, printed, own } = user;
  const drop = (word: string) => [
    { sql: `DROP ${word} ${printed}`, does: `take ${kind} ${printed} away for a moment` },
  ];
  if (kind === 'view' || kind === 'materialized view')
    return { away: drop(kind.toUpperCase()), again: viewAgain(user, making) };
  const word = kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION';
  return {
    away: drop(word),
    again: [
      { sql: bare(String(own.definition)), does: `make ${kind} ${printed} again` },
      ...keptRights({ catalog: making.catalog, word, printed, own }),
    ],
  };
}

/** Without the semicolon that PostgreSQL prints. */
export function bare(definition: string): string {
  return definition.trim().replace(/;$/, '');
}

function hangingOne(user: User, gone: ReadonlySet<string>, tables: ReadonlySet<string>, catalog: Catalog): Pair {
  const { kind, printed, own } = user;
  if (kind === 'publication') return ofPublication(user, tables);
  const on = String(own.on);
  const relation = on.replace(/^(materialized view|foreign table|view|table) /, '');
  const name = quoteIdentifier(partsOfName(printed).at(-1) ?? '');
  const word = kind.toUpperCase();
  const what = `${kind} ${name} on ${relation}`;
  refuseOdd(user, what, catalog);
  return {
    away:
      gone.has(on) && kind !== 'rule'
        ? []
        : [{ sql: `DROP ${word} ${name} ON ${relation}`, does: `take ${what} away for a moment` }],
    again: [
      {
        sql: kind === 'policy' ? policyText(name, relation, own) : bare(String(own.definition)),
        does: `make ${what} again`,
      },
      ...enabled(word, name, relation, own),
      ...commentOn(`${word} ${name} ON ${relation}`, own),
    ],
  };
}

function refuseOdd({ kind, printed, own }: User, what: string, { objects }: Catalog): void {
  if (own['depends on extension'] !== undefined) throw new CannotRenew(`${what} goes with an extension.`);
  if (kind !== 'trigger') return;
  const clones = Object.entries(objects.trigger ?? {}).filter(([, { parent }]) => parent === printed);
  if (clones.some(([, clone]) => clone.enabled !== own.enabled))
    throw new CannotRenew(`${what} is switched on or off otherwise on a partition.`);
  if (objects.constraint?.[printed]?.comment !== undefined)
    throw new CannotRenew(`${what} is a constraint with a comment of its own.`);
}

const switches: Readonly<Record<string, string>> = {
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};

function enabled(word: string, name: string, relation: string, own: Properties): readonly DraftStep[] {
  const how = typeof own.enabled === 'string' ? switches[own.enabled] : undefined;
  if (own.enabled === undefined) return [];
  if (how === undefined) throw new CannotRenew(`Nobody knows how ${word.toLowerCase()} ${name} is switched.`);
  return [{ sql: `ALTER TABLE ${relation} ${how} ${word} ${name}`, does: 'keep it switched as it was' }];
}

function policyText(name: string, relation: string, own: Properties): string {
  const roles = Array.isArray(own.roles) ? own.roles.map((role) => quoteIdentifier(String(role))) : [];
  return [
    `CREATE POLICY ${name} ON ${relation}`,
    ...(own.restrictive === true ? ['AS RESTRICTIVE'] : []),
    ...(typeof own.command === 'string' ? [`FOR ${own.command.toUpperCase()}`] : []),
    ...(roles.length > 0 ? [`TO ${roles.join(', ')}`] : []),
    ...(typeof own.using === 'string' ? [`USING (${own.using})`] : []),
    ...(typeof own.check === 'string' ? [`WITH CHECK (${own.check})`] : []),
  ].join(' ');
}

function ofPublication({ printed, own }: User, tables: ReadonlySet<string>): Pair {
  const name = partsOfName(printed)[0] ?? '';
  const steps = publicationSteps(name, own, tables);
  return {
    away: steps.map(({ away }) => ({ sql: away, does: `take the table out of publication ${printed} for a moment` })),
    again: steps.map(({ again }) => ({ sql: again, does: `put the table into publication ${printed} again` })),
  };
}

const kept = ['search_path', 'check_function_bodies'] as const;

/** The catalog prints names in full where they are not PostgreSQL's own: whatever else has such a name must not be found. */
function inPlainSession(steps: readonly DraftStep[]): readonly DraftStep[] {
  const set = (what: string, value: string) => `pg_catalog.set_config('${what}', ${value}, true)`;
  const now = (what: string) => `pg_catalog.current_setting('${what}')`;
  return [
    {
      sql: `SELECT ${[
        ...kept.map((one) => set(`roadbook.${one}`, now(one))),
        set('search_path', `'pg_catalog, pg_temp'`),
        set('check_function_bodies', `'off'`),
      ].join(', ')}`,
      does: 'let no other name stand in for one of PostgreSQL’s own',
    },
    ...steps,
    {
      sql: `SELECT ${kept.map((one) => set(one, now(`roadbook.${one}`))).join(', ')}`,
      does: 'go on with the settings from before',
    },
  ];
}

/** The change between what is taken away and what is made again. */
export function withMadeAgain(draft: Draft, around: Around): Draft {
  return {
    ...draft,
    steps: [...around.away, ...draft.steps, ...around.again],
    recreates: { objects: around.objects, filled: around.filled },
  };
}
