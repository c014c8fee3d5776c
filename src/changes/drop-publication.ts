// What does DROP PUBLICATION do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';
import { partsOf } from './name.ts';

export interface DropPublication extends Change {
  readonly kind: 'drop-publication';
  readonly publications: readonly string[];
  readonly ifExists: boolean;
}

export default defineChange<DropPublication>({
  kind: 'drop-publication',
  explain: {
    title: 'A publication is dropped',
    why: 'Nothing is locked. Its subscribers’ workers fail again and again, and their slots keep the write-ahead log of this server from being removed until its disk is full.',
    instead: 'Take it out of every subscription first, or drop those; then look at pg_replication_slots, then drop it.',
    links: ['https://www.postgresql.org/docs/current/sql-droppublication.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }) => {
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_PUBLICATION') return null;
    const publications = partsOf(node.DropStmt.objects);
    return {
      object: `${publications.length > 1 ? 'publications' : 'publication'} ${publications.map(quoteIdentifier).join(', ')}`,
      publications,
      ifExists: node.DropStmt.missing_ok === true,
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, publications }, { newObjects = [] }) =>
    publications.every((name) => newObjects.includes(`publication ${quoteIdentifier(name)}`))
      ? []
      : [
          {
            code: 'drop-publication-stops-subscribers',
            family: 'application',
            severity: 'warning',
            message: `who subscribes to ${object} gets no more changes`,
            why: 'The subscribers’ workers fail and start over, and their replication slots hold this server’s write-ahead log until its disk is full.',
            instead:
              'Drop the subscriptions first, or take the publication out of them, and drop it when pg_replication_slots shows none of theirs.',
          },
        ],
});
