// How is a column kept equal to what another one says, whoever writes?
import { type Catalog, partsOfName } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { DraftStep } from './draft.ts';
import { freeNames } from './free-names.ts';
import { partsOfTable } from './key-of.ts';
import { CannotRenew } from './renewed-constraint.ts';

interface KeepingEqual {
  readonly whole: Catalog;
  readonly table: Name;
  /** The table as the catalog writes it, and as SQL names it. */
  readonly printed: string;
  readonly quoted: string;
  /** The column, not quoted, and its value, an expression over the row `new`. */
  readonly pairs: readonly { readonly successor: string; readonly inTrigger: string }[];
}

interface KeptEqual {
  readonly make: readonly DraftStep[];
  /** The same trigger does something else from then on. */
  readonly instead: (lines: readonly string[], does: string) => DraftStep;
  readonly drop: readonly DraftStep[];
}

/**
 * As the migration's own session would compute it, whoever writes: with the rights of its owner and the settings that texts,
 * dates and moments depend on. Fires last of its kind, and also for rows that arrive by replication.
 */
export function keptEqual({ whole, printed, table, quoted, pairs }: KeepingEqual): KeptEqual {
  const schema = table.schema === null ? '' : `${quoteIdentifier(table.schema)}.`;
  const name = freeNames(whole, ['function', 'procedure', 'aggregate'])(`roadbook_keep_${table.name}`);
  const routine = `${schema}${quoteIdentifier(name)}`;
  const others = partsOfTable(whole, 'trigger', printed).map(([other]) => partsOfName(other).at(-1) ?? '');
  const trigger = quoteIdentifier(lastName(others));
  const settings = [
    'search_path',
    'timezone',
    'datestyle',
    'intervalstyle',
    'bytea_output',
    'extra_float_digits',
    'lc_monetary',
    'lc_numeric',
  ].map((setting) => `SET ${setting} FROM CURRENT`);
  const lines = pairs.map(({ successor, inTrigger }) => `  NEW.${quoteIdentifier(successor)} := ${inTrigger};`);
  const written = (create: string, own: readonly string[]) => {
    const body = ['', 'BEGIN', ...own, '  RETURN NEW;', 'END', ''].join('\n');
    const mark = markFor(body);
    return `${create} FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${settings.join(' ')} AS ${mark}${body}${mark}`;
  };
  return {
    make: [
      {
        sql: written('CREATE', lines),
        does: 'compute the new value of the old one',
      },
      {
        sql: `CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE ON ${quoted} FOR EACH ROW EXECUTE FUNCTION ${routine}()`,
        does: 'keep the new column equal to the old one, whoever writes',
      },
      { sql: `ALTER TABLE ${quoted} ENABLE ALWAYS TRIGGER ${trigger}`, does: 'also for what arrives by replication' },
    ],
    instead: (own, does) => ({ sql: written('CREATE OR REPLACE', own), does }),
    drop: [
      { sql: `DROP TRIGGER ${trigger} ON ${quoted}`, does: 'stop keeping the two columns equal' },
      { sql: `DROP FUNCTION ${routine}()`, does: 'drop its function' },
    ],
  };
}

/** Triggers fire in the order of their names' bytes. */
function lastName(others: readonly string[]): string {
  const behind = (name: string) => others.every((other) => Buffer.compare(Buffer.from(other), Buffer.from(name)) < 0);
  for (let count = 1; count <= 20; count += 1) {
    const name = `${'~'.repeat(count)}roadbook_keep`;
    if (behind(name)) return name;
  }
  const name = '\u{10FFFD}'.repeat(12);
  if (behind(name)) return name;
  throw new CannotRenew(
    'A trigger of the table has a name behind which none can stand, so that ours would not fire last.',
  );
}

function markFor(body: string): string {
  for (let pass = 0; ; pass += 1) {
    const mark = `$roadbook${pass === 0 ? '' : pass}$`;
    if (!body.includes(mark)) return mark;
  }
}
