// What does ALTER PUBLICATION do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { isNew, printName } from './name.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import {
  filterHazards,
  identityHazard,
  type Published,
  readPublished,
  withoutIdentity,
} from './reading/publication.ts';

export interface AlterPublication extends Change, Published {
  readonly kind: 'alter-publication';
  readonly publication: string;
  readonly action: 'add' | 'drop' | 'set' | 'options';
  /** What `publish` is set to. */
  readonly publish: string | null;
}

export default defineChange<AlterPublication>({
  kind: 'alter-publication',
  explain: {
    title: 'A publication is altered',
    why: 'SHARE UPDATE EXCLUSIVE is held on each table for an instant. Subscribers get no changes any more of what is taken out, and none of what is added until they refresh; UPDATE and DELETE on an added table without a replica identity fail.',
    instead:
      'Give an added table a primary key first; after the migration run ALTER SUBSCRIPTION … REFRESH PUBLICATION on every subscriber.',
    links: ['https://www.postgresql.org/docs/current/sql-alterpublication.html'],
  },
  on: ['AlterPublicationStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterPublicationStmt' in node)) return null;
    const { pubname = '', options, pubobjects, action } = node.AlterPublicationStmt;
    const actions = { AP_AddObjects: 'add', AP_DropObjects: 'drop', AP_SetObjects: 'set' } as const;
    return {
      object: `publication ${quoteIdentifier(pubname)}`,
      publication: pubname,
      ...readPublished(pubobjects, facts),
      action: options !== undefined ? 'options' : actions[action ?? 'AP_AddObjects'],
      publish: optionWord(optionsOf(options), 'publish'),
    };
  },
  effects: () => [],
  // SET also locks the tables that are taken out by it, which the statement does not name.
  locks: ({ tables, action }, facts) =>
    action === 'set'
      ? [{ relation: '*', mode: 'SHARE UPDATE EXCLUSIVE' }]
      : tables
          .filter(({ table }) => !isNew(table, facts))
          .map(({ table }) => ({ relation: printName(table), mode: 'SHARE UPDATE EXCLUSIVE' })),
  plan: 'as-written',
  data: null,
  hazards: ({ object, tables, schemas, action, publish }, facts, after) => {
    if (facts.newObjects?.includes(object) && action !== 'add' && action !== 'set') return [];
    const hazards: Hazard[] = [];
    if (action === 'add' || action === 'set') {
      const named = new Set(tables.map(({ table }) => qualifiedName(table)));
      const bare = withoutIdentity(
        after,
        (key) => named.has(key) || schemas.some((schema) => key.startsWith(`${schema}.`)),
      );
      if (bare.length > 0) hazards.push(identityHazard(bare));
      hazards.push(...filterHazards(tables, after));
    }
    if (facts.newObjects?.includes(object)) return hazards;
    if (action === 'add') {
      hazards.push({
        code: 'publication-add-needs-refresh',
        family: 'design',
        severity: 'note',
        message: `subscribers of ${object} do not get what is added until they refresh`,
        why: 'A subscription knows the tables of its last refresh; the rows that are there are copied then.',
        instead: 'Run ALTER SUBSCRIPTION … REFRESH PUBLICATION on every subscriber after the migration.',
      });
    }
    if (action === 'drop' || action === 'set' || publish !== null) {
      hazards.push({
        code: 'publication-drops-changes',
        family: 'data',
        severity: 'warning',
        message:
          publish !== null
            ? `${object} sends nothing any more but ${publish}`
            : `${object} sends no more changes of ${action === 'drop' ? 'what is taken out' : 'tables that are not named here'}`,
        why: 'Subscribers keep the rows they have and fall behind without an error. What is changed meanwhile is never sent later.',
        instead:
          'Make sure that no subscriber needs it; to take it up again, its table has to be emptied and copied anew.',
      });
    }
    return hazards;
  },
});
