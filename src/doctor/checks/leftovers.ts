// Is something that a pending migration would make there already, as a half-run script leaves it?

import { listing } from '../../model/listing.ts';
import type { Problem } from '../../model/problem.ts';
import { problem } from '../../model/problem.ts';
import { defineCheck, type Examined } from '../define.ts';
import { evidenceOf } from '../leftovers/evidence.ts';
import { type Likeness, likenessOf } from '../leftovers/likeness.ts';
import { type Leftover, thereAlready } from '../leftovers/there-already.ts';
import { type Judged, told } from '../leftovers/told.ts';
import { walkPending } from '../walk-pending.ts';

interface Compared {
  readonly leftover: Leftover;
  readonly likeness: Likeness;
}

export const leftovers = defineCheck({
  name: 'leftovers',
  group: 'migrations',
  about: 'whether something of the pending migrations is there already',
  needs: 'database',
  look: async (examined) => {
    const { connection, project } = examined;
    const compared = await compare(examined);
    const evidence = await evidenceOf(
      connection,
      compared.map(({ leftover }) => leftover),
    );
    const judged = compared.flatMap((one, index): Judged[] => {
      const seen = evidence[index];
      return seen === undefined ? [] : [{ ...one, evidence: seen, file: project.label(one.leftover.step.migration) }];
    });
    const isFine = ({ leftover, likeness }: Compared) => leftover.step.passes && likeness.is === 'equal';
    const trouble = judged.filter((one) => !isFine(one)).map(told);
    return { found: [...trouble, ...passedOver(judged.filter(isFine))] };
  },
});

async function compare(examined: Examined): Promise<readonly Compared[]> {
  const { catalog } = await examined.live();
  const compared: Compared[] = [];
  await walkPending(examined, (step, parser) => {
    const leftover = thereAlready(step, catalog);
    return (after) => {
      if (leftover !== null) compared.push({ leftover, likeness: likenessOf(leftover, after, { catalog, parser }) });
    };
  });
  return compared;
}

/** One note for a migration. */
function passedOver(judged: readonly Judged[]): readonly Problem[] {
  const byMigration = new Map<string, Judged[]>();
  for (const one of judged) {
    const { id } = one.leftover.step.migration;
    byMigration.set(id, [...(byMigration.get(id) ?? []), one]);
  }
  return [...byMigration].map(([id, own]) => {
    const objects = own.map(({ leftover }) => leftover.object);
    const what =
      objects.length === 1 ? `${objects[0]}, which ${id} makes, is` : `${objects.length} objects that ${id} makes are`;
    return problem('made-already', `${what} there already and equal, and passed over`, {
      severity: 'note',
      detail: `IF NOT EXISTS passes over ${listing(objects, 8)}.`,
      hint: 'Nothing is to be done.',
    });
  });
}
