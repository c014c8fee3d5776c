// Which sort of relation does ALTER … RENAME TO rename?
import type { Name } from '../../model/change.ts';
import type { Facts, RelationFacts } from '../../model/facts.ts';
import type { RenameStmt } from '../../sql/syntax.ts';
import { relationFacts, relationName } from '../name.ts';

export type RenamedSort = 'table' | 'index' | 'sequence' | 'view' | 'materialized-view';

const written: Readonly<Record<string, RenamedSort>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized-view',
};

const known: Readonly<Record<RelationFacts['kind'], RenamedSort | null>> = {
  table: 'table',
  'partitioned-table': 'table',
  'foreign-table': 'table',
  index: 'index',
  sequence: 'sequence',
  view: 'view',
  'materialized-view': 'materialized-view',
  unknown: null,
};

/** ALTER TABLE and ALTER INDEX rename whatever relation they name, so what is known of it counts for more than the word. */
export function renamedRelation(
  { renameType, relation }: RenameStmt,
  facts: Facts,
): { readonly name: Name; readonly sort: RenamedSort } | null {
  const word = written[renameType ?? ''];
  if (word === undefined) return null;
  const name = relationName(relation, facts);
  const takesAll = renameType === 'OBJECT_TABLE' || renameType === 'OBJECT_INDEX';
  return { name, sort: (takesAll ? known[relationFacts(name, facts)?.kind ?? 'unknown'] : null) ?? word };
}
