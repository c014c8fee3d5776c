// What is the user told about something that a pending migration would make, and that is there already?
import { partsOfName } from '../../database/catalog/index.ts';
import { listing } from '../../model/listing.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import type { Evidence } from './evidence.ts';
import type { Likeness } from './likeness.ts';
import type { Leftover } from './there-already.ts';
import { waysOut } from './ways-out.ts';

export interface Judged {
  readonly leftover: Leftover;
  readonly likeness: Likeness;
  readonly evidence: Evidence;
  /** As it is named to the user. */
  readonly file: string;
}

/** An error where `roadbook apply` stops at it. */
export function told({ leftover, likeness, evidence, file }: Judged): Problem {
  const { step, object } = leftover;
  const { migration, statement, passes } = step;
  const parts = [
    sentence(likeness),
    seen(leftover, evidence),
    passes
      ? likeness.is === 'equal'
        ? 'IF NOT EXISTS passes over it.'
        : 'IF NOT EXISTS passes over it, and it stays as it is.'
      : `\`roadbook apply\` stops there: PostgreSQL says “${refusalOf(leftover)}”, and nothing of that statement is done.`,
  ];
  const severity = !passes ? 'error' : likeness.is === 'different' ? 'warning' : 'note';
  const code =
    likeness.is === 'equal' ? 'made-already' : likeness.is === 'different' ? 'made-differently' : 'made-perhaps';
  const how = { 'made-already': ' and equal', 'made-differently': ' but different', 'made-perhaps': '' } as const;
  return problem(code, `${object}, which ${migration.id} makes, is there already${how[code]}`, {
    severity,
    detail: parts.filter((part) => part !== '').join(' '),
    hint: waysOut(leftover, likeness, evidence, file),
    where: { file, line: statement.line, column: statement.column },
  });
}

function sentence({ is, differences, doubts }: Likeness): string {
  if (is === 'equal') return 'It is what the migration would make.';
  const list = (items: readonly string[]) =>
    `${items.slice(0, 6).join('; ')}${items.length > 6 ? `; and ${items.length - 6} more` : ''}`;
  if (is === 'different') return `It differs: ${list(differences)}.`;
  return `Nothing that can be compared differs; not known: ${list(doubts)}.`;
}

function seen({ sort, there }: Leftover & { readonly there?: unknown }, { owner, bytes, usedBy }: Evidence): string {
  if (sort === 'type')
    return usedBy.length === 0
      ? 'No column uses it.'
      : `${listing(usedBy, 3)} ${usedBy.length === 1 ? 'uses' : 'use'} it.`;
  if (sort !== 'relation' || there === undefined) return '';
  const whose = owner === null ? '' : ` It belongs to ${owner}.`;
  if (bytes === null) return whose.trim();
  return `${bytes === 0 ? 'It has no rows.' : `It has rows: ${bytesInWords(bytes)}.`}${whose}`;
}

/** In PostgreSQL’s words (14 to 18). */
function refusalOf(leftover: Leftover): string {
  const { sort, object, printed } = leftover;
  const [last = '', table = ''] = partsOfName(printed.replace(/\(.*/s, '')).toReversed();
  if (sort === 'relation') return `relation "${last}" already exists`;
  if (sort === 'column') return `column "${last}" of relation "${table}" already exists`;
  if (sort === 'type') return `type "${last}" already exists`;
  // The name of its index is taken.
  if (sort === 'constraint' && /^(?:unique|primary-key|exclusion)$/.test(leftover.wanted.kind))
    return `relation "${last}" already exists`;
  if (sort === 'constraint') return `constraint "${last}" for relation "${table}" already exists`;
  if (sort === 'function') return `function "${last}" already exists with same argument types`;
  const [kind = ''] = object.split(' ');
  const on = kind === 'trigger' ? ` for relation "${table}"` : kind === 'policy' ? ` for table "${table}"` : '';
  return `${kind} "${last}"${on} already exists`;
}
