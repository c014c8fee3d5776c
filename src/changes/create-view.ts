// What does CREATE VIEW do, lock and freeze?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, nameToMake, printName, relationFacts, relationName } from './name.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { optionsOf } from './reading/options.ts';
import { selectsStar } from './reading/star.ts';
import { tablesRead } from './reading/tables-read.ts';

export interface CreateView extends Change {
  readonly kind: 'create-view';
  readonly view: Name;
  readonly replace: boolean;
  /** Known to be there, so that OR REPLACE makes nothing new. */
  readonly existed: boolean;
  readonly temporary: boolean;
  readonly checkOption: 'local' | 'cascaded' | null;
  /** `security_invoker`, `security_barrier`: the words of each. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** What its query reads. */
  readonly reads: readonly Name[];
  /** Whether `*` stands in the outermost SELECT list. */
  readonly star: boolean;
}

export default defineChange<CreateView>({
  kind: 'create-view',
  explain: {
    title: 'A view is made or replaced',
    why: 'The tables it reads are only touched as a query would. Replacing a view takes ACCESS EXCLUSIVE on the view for a moment; PostgreSQL refuses unless the columns stay and new ones come at the end. OR REPLACE also puts the options back to what the statement says: `security_invoker` or `security_barrier` that it does not repeat are gone. `SELECT *` stands for the columns of today: one that a table gets later is not in the view.',
    instead:
      'Name the columns, and repeat the options in OR REPLACE. A view that needs other columns gets a new name, and the old one is dropped once no running version reads it.',
    links: ['https://www.postgresql.org/docs/current/sql-createview.html'],
  },
  on: ['ViewStmt'],
  recognise: ({ node }, facts) => {
    if (!('ViewStmt' in node)) return null;
    const { view: range, query, replace, options, withCheckOption } = node.ViewStmt;
    const found = relationName(range, facts);
    const known = replace === true && range?.relpersistence !== 't' && relationFacts(found, facts) !== undefined;
    const view = known ? found : nameToMake(range, facts);
    return {
      object: `view ${printName(view)}`,
      view,
      replace: replace === true,
      existed: known,
      temporary: range?.relpersistence === 't',
      checkOption:
        withCheckOption === 'LOCAL_CHECK_OPTION'
          ? 'local'
          : withCheckOption === 'CASCADED_CHECK_OPTION'
            ? 'cascaded'
            : null,
      options: Object.fromEntries(optionsOf(options)),
      reads: query === undefined ? [] : tablesRead([query], facts),
      star: selectsStar(query),
    };
  },
  effects: ({ view, replace, existed }) =>
    replace && existed ? [] : [{ effect: 'make-relation', name: view, kind: 'view' }],
  locks: ({ view, replace, temporary }, facts) => {
    const there = facts.live ? relationFacts(view, facts) !== undefined : true;
    return !replace || temporary || !there || isNew(view, facts)
      ? []
      : [{ relation: printName(view), mode: 'ACCESS EXCLUSIVE' }];
  },
  plan: 'as-written',
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: ({ object, star, temporary }): readonly Hazard[] =>
    !star || temporary
      ? []
      : [
          {
            code: 'view-freezes-star',
            family: 'design',
            severity: 'note',
            message: `${object} is written with *, which means the columns of today`,
            why: 'PostgreSQL writes the columns out when the view is made. A column that a table gets later is not in the view, and the same statement run later makes another view.',
            instead: 'Name the columns.',
          },
        ],
});
