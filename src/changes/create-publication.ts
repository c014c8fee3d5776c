// What does CREATE PUBLICATION do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Hazard } from './define.ts';
import { isNew, printName } from './name.ts';
import { needsSuperuser } from './reading/cluster.ts';
import { optionsOf } from './reading/options.ts';
import {
  filterHazards,
  identityHazard,
  type Published,
  publishesUpdates,
  readPublished,
  withoutIdentity,
} from './reading/publication.ts';

export interface CreatePublication extends Change, Published {
  readonly kind: 'create-publication';
  readonly publication: string;
  readonly allTables: boolean;
  readonly updates: boolean;
}

export default defineChange<CreatePublication>({
  kind: 'create-publication',
  explain: {
    title: 'A publication is made',
    why: 'SHARE UPDATE EXCLUSIVE is held on each named table for an instant. From then on UPDATE and DELETE on a published table that has neither a primary key nor another replica identity fail, subscriber or not.',
    instead: 'Give every table a primary key first, and name the tables rather than publish all that ever will be.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createpublication.html',
      'https://www.postgresql.org/docs/current/logical-replication-publication.html',
    ],
  },
  on: ['CreatePublicationStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreatePublicationStmt' in node)) return null;
    const { pubname = '', options, pubobjects, for_all_tables } = node.CreatePublicationStmt;
    return {
      object: `publication ${quoteIdentifier(pubname)}`,
      publication: pubname,
      ...readPublished(pubobjects, facts),
      allTables: for_all_tables === true,
      updates: publishesUpdates(optionsOf(options)),
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: ({ tables }, facts) =>
    tables
      .filter(({ table }) => !isNew(table, facts))
      .map(({ table }) => ({ relation: printName(table), mode: 'SHARE UPDATE EXCLUSIVE' })),
  plan: 'as-written',
  data: null,
  hazards: ({ object, tables, schemas, allTables, updates }, _facts, after) => {
    const hazards: Hazard[] = [];
    const named = new Set(tables.map(({ table }) => qualifiedName(table)));
    if (updates) {
      const bare = withoutIdentity(
        after,
        (key) => allTables || named.has(key) || schemas.some((schema) => key.startsWith(`${schema}.`)),
      );
      if (bare.length > 0) hazards.push(identityHazard(bare));
      hazards.push(...filterHazards(tables, after));
    }
    if (allTables) {
      hazards.push({
        code: 'publication-of-all-tables',
        family: 'design',
        severity: 'warning',
        message: `${object} publishes every table, also those made later`,
        why: 'A table made later without a primary key cannot be updated, whoever makes it; and whatever is ever stored in this database goes to every subscriber.',
        instead: 'Name the tables, or from PostgreSQL 15 on the schemas: FOR TABLES IN SCHEMA.',
      });
    }
    if (allTables || schemas.length > 0) hazards.push(needsSuperuser(`${object}, which is for more than named tables`));
    return hazards;
  },
});
