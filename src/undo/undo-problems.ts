// What does the user read when a migration cannot be taken back, or not as it was?
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Difference } from '../model/verdict.ts';
import { differenceSentence } from '../verify/difference-sentence.ts';
import type { WayBack } from './way-back.ts';

export function beforeUnknown(id: string): Failure {
  return new Failure(
    problem('before-unknown', `what was there before ${id} is not recorded`, {
      detail:
        'It was applied together with many others on an empty database, by an older version of Roadbook, or its run was cut off before it could look. Nothing was touched.',
      hint: `Write a section \`-- roadbook:undo\` into its file, and run \`roadbook undo\` again: that section is carried out then.`,
    }),
    'migration',
  );
}

export function changedSince(id: string): Failure {
  return new Failure(
    problem('migration-changed', `${id} was changed after it was applied`, {
      detail:
        'Its section `-- roadbook:undo` may belong to other statements than those that were applied. Nothing was touched.',
      hint: 'Bring its statements back as they were, for example with git; the section itself may be bettered.',
    }),
    'migration',
  );
}

export function incomplete(id: string, cannot: readonly string[]): Failure {
  return new Failure(
    problem('undo-incomplete', `not all of ${id} can be taken back`, {
      detail: `${cannot.join(' ')} Nothing was touched.`,
      hint: 'Write a section `-- roadbook:undo` into its file that says what is to be done, or take back all but that: `roadbook undo --partly`.',
    }),
    'migration',
  );
}

/** What is worth knowing of a way back that is taken. */
export function undoNotes(id: string, { cannot, notes }: Pick<WayBack, 'cannot' | 'notes'>): readonly Problem[] {
  return [
    ...cannot.map((sentence) =>
      problem('undo-leaves', `a part of ${id} is not taken back`, {
        severity: 'warning',
        detail: sentence,
        hint: 'See what is there with `roadbook verify`, and mend it by hand where it matters.',
      }),
    ),
    ...notes.map((sentence) =>
      problem('undo-note', `something is not as it was before ${id}`, {
        severity: 'note',
        detail: sentence,
        hint: 'Nothing has to be done about it.',
      }),
    ),
  ];
}

export function differs(id: string, differences: readonly Difference[]): Problem {
  const [first, ...more] = differences.map(differenceSentence);
  return problem('undo-differs', `after the undo the database is not what it was before ${id}`, {
    detail: `${first}${more.length > 0 ? `, and ${more.length} more` : ''}. What is there now is recorded. Rows were not touched beyond what the undo says.`,
    hint: 'See the differences with --verbose or --json, and mend them with a migration or by hand.',
  });
}

/** What is said of a run is said by what runs migrations: here they run backwards. `undone`: what was taken back before. */
export function saidOfUndo(said: Problem, undone: readonly string[]): Problem {
  const { hint, detail } = said;
  const stays =
    undone.length === 0
      ? null
      : `${undone.join(', ')} ${undone.length === 1 ? 'is' : 'are'} taken back, and that stays so.`;
  return {
    ...said,
    ...(hint === undefined ? {} : { hint: hint.replaceAll('`roadbook apply`', '`roadbook undo`') }),
    ...(stays === null ? {} : { detail: `${(detail ?? '').replace(/ ?Nothing was touched\./, '')} ${stays}`.trim() }),
  };
}
