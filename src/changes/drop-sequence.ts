// What does DROP SEQUENCE do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts } from './name.ts';
import { droppedOf, listed } from './reading/dropped.ts';
import { nameOfKey } from './reading/key.ts';

export interface DropSequence extends Change {
  readonly kind: 'drop-sequence';
  readonly sequences: readonly Name[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropSequence>({
  kind: 'drop-sequence',
  explain: {
    title: 'A sequence is dropped',
    why: 'The last number it gave is gone. Without CASCADE PostgreSQL refuses as long as a column takes its default from it; with it those defaults are dropped, under ACCESS EXCLUSIVE on their tables, and every INSERT that counts on one fails or writes NULL.',
    instead: 'Drop it once nothing takes numbers from it, without CASCADE.',
    links: ['https://www.postgresql.org/docs/current/sql-dropsequence.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_SEQUENCE'], facts);
    if (dropped === null) return null;
    const { names, ifExists, cascade } = dropped;
    return { object: listed('sequence', names), sequences: names, ifExists, cascade };
  },
  effects: ({ sequences }) => sequences.map((name) => ({ effect: 'take-relation', name })),
  locks: ({ sequences, cascade }, facts): readonly Lock[] => {
    const old = sequences.filter((name) => !isNew(name, facts));
    const named = old.map((name) => ({ relation: printName(name), mode: 'ACCESS EXCLUSIVE' }) as const);
    if (!cascade || old.length === 0) return named;
    const owners = old.map((name) => relationFacts(name, facts)?.table);
    const tables = owners.map((table) => (table === undefined ? '*' : printName(nameOfKey(table))));
    return [...named, ...[...new Set(tables)].map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }) as const)];
  },
  plan: 'as-written',
  lasts: 'How far a sequence had counted is not kept: it begins anew.',
  data: null,
  hazards: ({ sequences, object, cascade }, facts, after): readonly Hazard[] => {
    const old = sequences.filter((name) => !isNew(name, facts));
    const gone = old.filter((name) => after.relations[qualifiedName(name)] === undefined);
    if (cascade && gone.length > 0) {
      return [
        {
          code: 'drop-sequence-cascade-takes-defaults',
          family: 'application',
          severity: 'error',
          message: `CASCADE drops ${object} and the defaults that take numbers from it`,
          lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
          why: 'An INSERT that leaves such a column out writes NULL from then on, or fails where the column is NOT NULL.',
          instead: 'Give the columns another default first, and leave CASCADE out.',
        },
      ];
    }
    return gone.map((name) => ({
      code: 'drop-sequence-breaks-application',
      family: 'application',
      severity: 'warning',
      message: `sequence ${printName(name)} is dropped, with the last number it gave`,
      why: 'A statement of the running application that calls nextval with it fails from then on. PostgreSQL knows of column defaults that use it, not of functions and clients.',
      instead: 'Drop it once no running version takes numbers from it.',
    }));
  },
});
