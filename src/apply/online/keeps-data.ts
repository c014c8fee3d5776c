// Where nothing is large: does a migration take away something that is to be kept?
import { changes } from '../../changes/index.ts';
import { clausesOf } from '../../check/clauses.ts';
import { nothingKnown } from '../../check/fold.ts';
import { createRecogniser } from '../../check/recognise.ts';
import type { ReadMigration } from '../../read/index.ts';

/** By what its statements say; whether there are such rows is seen when it is planned. */
export function keepsData(migrations: readonly ReadMigration[]): boolean {
  const tags = new Set(changes.flatMap(({ on, keeps }) => (keeps === true ? on : [])));
  const recognise = createRecogniser(changes);
  return migrations.some(({ statements }) =>
    statements.some(({ node, text }, index) =>
      clausesOf(node, index, text).some(
        (clause) => tags.has(clause.tag) && recognise(clause, nothingKnown)?.kind.keeps === true,
      ),
    ),
  );
}
