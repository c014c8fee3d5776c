// How is a view, or a materialized view, made again as it was, with all that hangs on it?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import type { User } from './column-users.ts';
import type { DraftStep } from './draft.ts';
import { indexText } from './index-text.ts';
import { commentOn, keptColumns, keptRights } from './kept-rights.ts';
import { CannotRenew, refuseOdd } from './renewed-constraint.ts';

export interface Viewing {
  readonly catalog: Catalog;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly print: (node: SyntaxNode) => string | null;
}

export function viewAgain({ kind, printed, own }: User, { catalog }: Viewing): readonly DraftStep[] {
  const word = kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW';
  refuseWhatIsLost(`${kind} ${printed}`, printed, catalog);
  const options = [...settings(own.options, ''), ...settings(own['toast options'], 'toast.')];
  const sql = [
    `CREATE ${word} ${printed}`,
    ...(typeof own['access method'] === 'string' ? [`USING ${quoteIdentifier(own['access method'])}`] : []),
    ...(options.length > 0 ? [`WITH (${options.join(', ')})`] : []),
    ...(typeof own.tablespace === 'string' ? [`TABLESPACE ${quoteIdentifier(own.tablespace)}`] : []),
    `AS ${String(own.definition).trim().replace(/;$/, '')}`,
    ...(word === 'VIEW' ? [] : ['WITH NO DATA']),
  ].join(' ');
  const kept = { catalog, word, printed, own } as const;
  return [{ sql, does: `make ${kind} ${printed} again` }, ...keptRights(kept), ...keptColumns(kept)];
}

function settings(options: Properties[string] | undefined, prefix: string): readonly string[] {
  const listed = Array.isArray(options) ? options.map(String) : [];
  return listed.map((one) => `${prefix}${one.replace(/=(.*)$/s, (_, value: string) => ` = ${quoteLiteral(value)}`)}`);
}

/** It goes with the view, and nobody sees it in the view’s own words. */
function refuseWhatIsLost(what: string, printed: string, { objects }: Catalog): void {
  if (objects['row type']?.[printed] !== undefined)
    throw new CannotRenew(`Somebody has granted privileges on the row type of ${what}.`);
  const owns = Object.entries(objects.sequence ?? {}).find(([, own]) => {
    const column = own['owner column'];
    return typeof column === 'string' && partsOfName(column).slice(0, 2).join('.') === partsOfName(printed).join('.');
  });
  if (owns !== undefined) throw new CannotRenew(`Sequence ${owns[0]} belongs to ${what}.`);
}

/** Its rows, and then what stands on them. */
export function filled({ printed, own }: User, viewing: Viewing): readonly DraftStep[] {
  const whole = `materialized view ${printed}`;
  const parts = (kind: string) =>
    Object.entries(viewing.catalog.objects[kind] ?? {}).filter(([, { on }]) => on === whole);
  return [
    ...(own.populated === false ? [] : [{ sql: `REFRESH MATERIALIZED VIEW ${printed}`, does: `fill ${whole} again` }]),
    ...parts('index').flatMap(([name, index]) => indexAgain(name, index, printed, viewing)),
    ...parts('statistics').flatMap(([name, one]) => statisticsAgain(name, one)),
  ];
}

function indexAgain(printed: string, own: Properties, view: string, viewing: Viewing): readonly DraftStep[] {
  refuseOdd(`Index ${printed}`, own);
  const definition = String(own.definition);
  const [node] = viewing.parse(definition);
  const moved =
    typeof own.tablespace === 'string' && node !== undefined && 'IndexStmt' in node
      ? indexText({ ...node.IndexStmt, tableSpace: own.tablespace }, viewing)
      : definition;
  if (moved === null) throw new CannotRenew(`PostgreSQL’s printer cannot write index ${printed}.`);
  const targets = Array.isArray(own.statistics) ? own.statistics.map(String) : [];
  return [
    { sql: moved, does: `build index ${printed} again` },
    ...targets.map((target) => {
      const [column, value] = target.split(': ');
      return {
        sql: `ALTER INDEX ${printed} ALTER COLUMN ${column} SET STATISTICS ${value}`,
        does: 'keep the statistics target',
      };
    }),
    ...(own.clustered === true
      ? [
          {
            sql: `ALTER MATERIALIZED VIEW ${view} CLUSTER ON ${quoteIdentifier(partsOfName(printed).at(-1) ?? '')}`,
            does: 'keep the order for CLUSTER',
          },
        ]
      : []),
    ...commentOn(`INDEX ${printed}`, own),
  ];
}

function statisticsAgain(printed: string, own: Properties): readonly DraftStep[] {
  refuseOdd(`Statistics ${printed}`, own);
  return [
    { sql: String(own.definition), does: `make statistics ${printed} again` },
    ...(own.target === undefined
      ? []
      : [{ sql: `ALTER STATISTICS ${printed} SET STATISTICS ${own.target}`, does: 'keep the statistics target' }]),
    { sql: `ALTER STATISTICS ${printed} OWNER TO ${quoteIdentifier(String(own.owner))}`, does: 'keep the owner' },
    ...commentOn(`STATISTICS ${printed}`, own),
  ];
}
