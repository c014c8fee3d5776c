// What would CASCADE take, and which DROP without it would be refused?
import { listing } from '../../model/listing.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { isIgnored, problemOfRun, type Run } from '../each-statement.ts';
import type { Found, PreflightParts } from '../parts.ts';
import { createPending } from '../pending-changes.ts';
import { askDependants, type Dependant } from './ask-dependants.ts';
import { type Drop, dropsOf } from './dropped.ts';

interface Asked extends Drop {
  readonly run: Run;
  readonly moment: number;
  /** What depended on it may have gone with something before. */
  readonly cascaded: boolean;
}

/** They take part in DROP, and drop what depends on a table of theirs before PostgreSQL looks. */
const takingPart = ['timescaledb', 'citus'];

export async function whatGoesAlong(parts: PreflightParts, runs: readonly Run[]): Promise<readonly Found[]> {
  const pending = createPending();
  /** Tables → since when columns or constraints of theirs may do without what they depend on now. */
  const altered = new Map<string, number>();
  const asked: Asked[] = [];
  for (const run of runs) {
    if (run.step !== null) continue;
    if (run.opens) pending.nextMigration();
    if (pending.opaque()) break;
    const isKnown = ({ objects }: Drop) =>
      !objects.some(({ schema, name }) => pending.has(name) || pending.has(schema));
    const drops = pending.blind() || !run.asks ? [] : dropsOf(run.node).filter(isKnown);
    asked.push(...drops.map((drop) => ({ ...drop, run, moment: pending.moment(), cascaded: pending.cascaded() })));
    pending.add(run.node);
    const table = freed(run.node);
    if (table !== null && !altered.has(table)) altered.set(table, pending.moment());
  }
  const dependants = await askDependants(
    parts.connection,
    asked.map(({ objects }) => objects),
  );
  const others = Object.keys(parts.catalog.objects.extension ?? {}).some((name) => takingPart.includes(name));
  return asked.flatMap((drop, n): Found[] => {
    const isFreed = (name: string) => (altered.get(name) ?? Number.POSITIVE_INFINITY) <= drop.moment;
    // What parked rows use goes to them.
    const isThere = ({ names }: Dependant) =>
      !names.some(
        (name) =>
          name === 'roadbook_parked' || pending.had(name, drop.moment) || isFreed(name) || name === drop.besides,
      );
    const own = dependants.filter((one) => one.n === n && isThere(one));
    const migration = drop.run.migration.id;
    if (isIgnored(drop.run, drop.cascade ? 'cascade-takes' : 'drop-blocked')) return [];
    if (drop.cascade) {
      const taken = own.filter((one) => one.is === 'takes');
      return taken.length === 0 ? [] : [{ migration, problem: takes(parts, drop, taken) }];
    }
    if (own.length === 0 || drop.cascaded || others) return [];
    return [{ migration, problem: blocked(parts, drop, own) }];
  });
}

/** The table whose columns get another type, or lose something. */
function freed(node: SyntaxNode): string | null {
  if (!('AlterTableStmt' in node)) return null;
  const { relation, cmds = [] } = node.AlterTableStmt;
  const frees = cmds.some(
    (one) =>
      'AlterTableCmd' in one &&
      /^AT_(?:Drop|AlterColumnType|ColumnDefault|SetExpression)/.test(one.AlterTableCmd.subtype ?? ''),
  );
  return frees ? (relation?.relname ?? null) : null;
}

function takes({ label }: PreflightParts, { run }: Asked, taken: readonly Dependant[]) {
  const all = taken.map(({ object }) => object);
  return problemOfRun(run, label, 'cascade-takes', `CASCADE takes ${listing(all, 3)}`, {
    severity: 'warning',
    detail: `With ${taken[0]?.dropped ?? 'it'} go, as things are now: ${all.join(', ')}.`,
    hint: 'If all of that may go, leave it so. Else drop what may go by name, and leave CASCADE out.',
  });
}

function blocked({ label }: PreflightParts, { run }: Asked, own: readonly Dependant[]) {
  const [first] = own;
  const all = own.map(({ object }) => object);
  const dropped = first?.dropped ?? 'it';
  if (first?.is === 'requires') {
    return problemOfRun(run, label, 'drop-blocked', `${dropped} cannot be dropped: it is a part of ${first.object}`, {
      detail: 'PostgreSQL refuses it, with CASCADE too.',
      hint: `Drop ${first.object} in its place.`,
    });
  }
  return problemOfRun(
    run,
    label,
    'drop-blocked',
    `${dropped} cannot be dropped: ${listing(all, 3)} ${all.length === 1 ? 'depends' : 'depend'} on it`,
    {
      detail: `PostgreSQL refuses it as long as these are there: ${all.join(', ')}.`,
      hint: 'Drop them by name before it, or change them so that they do without it. CASCADE drops them all.',
    },
  );
}
