// What does a DO block do, lock and endanger, as far as its words tell?
import { type Change, defineChange } from './define.ts';
import { readBody } from './reading/opaque-body.ts';

export interface DoBlock extends Change {
  readonly kind: 'do-block';
  readonly language: string;
  /** Commands that its words name: `ALTER TABLE`, `EXECUTE`. */
  readonly commands: readonly string[];
  /** Functions it calls that nobody knows. */
  readonly calls: readonly string[];
  readonly commits: boolean;
  readonly swallows: boolean;
  readonly leavesState: boolean;
  /** The errors that it passes over, as far as its words tell. */
  readonly catches: readonly string[];
}

export default defineChange<DoBlock>({
  kind: 'do-block',
  explain: {
    title: 'A block of code is run',
    why: 'What a DO block does depends on what it finds, so it cannot be told from its text: its locks, its dangers, whether it can be taken back. COMMIT inside fails, since the migration is one transaction. `EXCEPTION WHEN duplicate_object` passes over an object of that name that is another one.',
    instead:
      'Write the statements plainly, one after the other: Roadbook’s journal knows what was applied, so “if it is not there yet” is not needed. Where code is needed, let the block only look and RAISE EXCEPTION.',
    links: ['https://www.postgresql.org/docs/current/sql-do.html'],
  },
  on: ['DoStmt'],
  recognise: ({ node }) => {
    if (!('DoStmt' in node)) return null;
    const words = new Map(
      (node.DoStmt.args ?? []).flatMap((arg) =>
        'DefElem' in arg && arg.DefElem.arg !== undefined && 'String' in arg.DefElem.arg
          ? [[arg.DefElem.defname ?? '', arg.DefElem.arg.String.sval ?? ''] as const]
          : [],
      ),
    );
    return { object: 'a DO block', language: words.get('language') ?? 'plpgsql', ...readBody(words.get('as') ?? '') };
  },
  effects: () => [],
  locks: (change) => (isOpaque(change) ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE', rewrite: true, scan: true }] : []),
  plan: ({ leavesState }) => (leavesState ? 'binds' : null),
  lasts: 'What a DO block does to rows cannot be told; what it does to the catalog is taken back.',
  data: null,
  hazards: (change) => {
    const { language, commands, calls, commits, swallows, catches } = change;
    const hazards = [];
    if (isOpaque(change)) {
      const known = [...commands, ...calls.map((name) => `${name}()`)];
      const what = language === 'plpgsql' ? `does ${known.join(', ')}` : `is written in ${language}`;
      hazards.push({
        code: 'opaque-block',
        family: 'lock',
        severity: 'warning',
        message: `a DO block ${what}: on what, and when, cannot be told`,
        lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
        why: 'What a block does depends on what it finds, so none of its statements is checked for dangers, and it cannot be taken back by itself.',
        instead:
          'Write its statements plainly: the journal knows what was applied. Else say `roadbook:ignore opaque-block because …` when you know what it does.',
      } as const);
    }
    if (commits) {
      hazards.push({
        code: 'block-commits',
        family: 'design',
        severity: 'error',
        message: 'a DO block ends the transaction it runs in',
        why: 'The migration is one transaction, so COMMIT or ROLLBACK inside fails with “invalid transaction termination”.',
        instead: 'Leave it out, and cut long work into several migrations.',
      } as const);
    }
    if (swallows && commands.length > 0) {
      const errors = catches.join(', ') || 'errors';
      hazards.push({
        code: 'block-hides-error',
        family: 'design',
        severity: 'note',
        message: `a DO block passes over ${errors}`,
        ...passedOver(catches),
      } as const);
    }
    return hazards;
  },
});

const there = /^(duplicate_(?!json)\w+|42P0[3-7]|42710|42701|42712|42723)$/i;
const missing = /^(undefined_\w+|invalid_(schema|catalog)_name|42P0[12]|42703|42704|42883|3F000|3D000)$/i;

function passedOver(catches: readonly string[]): { readonly why: string; readonly instead: string } {
  if (catches.length > 0 && catches.every((name) => there.test(name))) {
    return {
      why: 'What was there already, under the same name but with another definition, is taken for the right one.',
      instead: 'Write the statements plainly, so that a difference is seen: the journal knows what was applied.',
    };
  }
  if (catches.length > 0 && catches.every((name) => missing.test(name))) {
    return {
      why: 'Where something is missing, or has another name than the block thinks, nothing is done and the migration counts as applied.',
      instead: 'Write the statements plainly; say IF EXISTS for the one that may rightly be missing.',
    };
  }
  return {
    why: 'What failed is taken back to the start of the block, and the migration counts as applied all the same.',
    instead:
      'Write the statements plainly, so that a migration that cannot be done fails: the journal knows what was applied.',
  };
}

/** A block that only looks, and raises, changes nothing. */
function isOpaque({ language, commands, calls }: DoBlock): boolean {
  return language !== 'plpgsql' || commands.length > 0 || calls.length > 0;
}
