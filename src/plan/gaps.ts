// What is away for a while within a migration, so that nobody may see the database in between?
import { printName } from '../changes/name.ts';
import type { JudgedChange } from '../check/judge.ts';
import type { Name } from '../model/change.ts';

export interface Gaps {
  /** Whether a statement stands in one transaction with the one before it, since something is away there. */
  readonly within: (statement: number) => boolean;
  /** From here on all stand in one: what takes the name of a table is not filled yet. Infinity: nowhere. */
  readonly from: number;
}

interface Names {
  /** Those of tables: what takes such a name may be filled by anything that follows. */
  readonly tables: readonly string[];
  readonly columns: readonly Column[];
  /** What takes such a name is another type, and columns are of the old one until they are changed. */
  readonly types: readonly string[];
  readonly others: readonly string[];
}

interface Column {
  readonly name: string;
  readonly table: string;
}

/** A view, trigger, function or policy that is dropped and made again is missed in between; so is a table or column that is replaced. */
export function gapsIn(changes: readonly JudgedChange[]): Gaps {
  const away = new Map<string, number>();
  const made = new Set<string>();
  const inside = new Set<number>();
  let from = Number.POSITIVE_INFINITY;
  const back = (name: string, until: number): number | undefined => {
    const since = away.get(name);
    away.delete(name);
    if (since === undefined) made.add(name);
    else for (let index = since + 1; index <= until; index++) inside.add(index);
    return since;
  };
  for (const judged of changes) {
    const { statement } = judged.change;
    const makes = namesMade(judged);
    for (const name of makes.others) back(name, statement);
    for (const { name, table } of makes.columns) back(name, lastFilled(changes, table, statement));
    for (const name of makes.types) back(typeKey(name), lastChangedTo(changes, name, statement));
    for (const name of makes.tables) from = Math.min(from, back(name, statement) ?? from);
    // What this migration itself made nobody knows yet.
    const takes = namesTaken(judged);
    const columns = takes.columns.map(({ name }) => name);
    for (const name of [...takes.tables, ...columns, ...takes.types.map(typeKey), ...takes.others]) {
      if (!made.has(name)) away.set(name, statement);
    }
  }
  return { within: (statement) => inside.has(statement), from };
}

/** The last statement that writes rows of a table, or the one given. */
function lastFilled(changes: readonly JudgedChange[], table: string, statement: number): number {
  const writes = changes.filter(({ change, locks }) => {
    const isDone = locks.some(({ relation, mode }) => relation === table && mode === 'ROW EXCLUSIVE');
    return change.statement > statement && (isDone || change.object === `rows of ${table}`);
  });
  return Math.max(statement, ...writes.map(({ change }) => change.statement));
}

function typeKey(name: string): string {
  return `the type ${name}`;
}

/** The last statement that gives a column a type, or the one given. */
function lastChangedTo(changes: readonly JudgedChange[], type: string, statement: number): number {
  const changed = changes.filter(({ effects }) =>
    effects.some(
      (effect) => effect.effect === 'set-column' && effect.facts.type?.replace(/(?:\(.*\))?(?:\[\])*$/, '') === type,
    ),
  );
  return Math.max(statement, ...changed.map(({ change }) => change.statement));
}

function namesTaken({ change, effects }: JudgedChange): Names {
  const tables = effects.flatMap((effect) => {
    if (effect.effect === 'take-relation') return [printName(effect.name)];
    return effect.effect === 'rename-relation' ? [printName(effect.from)] : [];
  });
  const columns = effects.flatMap((effect) => {
    if (effect.effect === 'take-column') return [column(effect.table, effect.column)];
    return effect.effect === 'move-column' ? [column(effect.table, effect.from)] : [];
  });
  const types = effects.flatMap((effect) => {
    if (effect.effect === 'take-type') return [printName(effect.name)];
    return effect.effect === 'move-type' ? [printName(effect.from)] : [];
  });
  return { tables, columns, types, others: change.kind.startsWith('drop-') ? [change.object] : [] };
}

function namesMade({ change, effects }: JudgedChange): Names {
  const tables = effects.flatMap((effect) => {
    // Without its index a table is slow, not wrong.
    if (effect.effect === 'rename-relation') return change.object.startsWith('index ') ? [] : [printName(effect.to)];
    return effect.effect === 'make-relation' && /table/.test(effect.kind) ? [printName(effect.name)] : [];
  });
  const columns = effects.flatMap((effect) => {
    if (effect.effect === 'move-column') return [column(effect.table, effect.to)];
    const isNew = effect.effect === 'set-column' && effect.facts.isNew === true;
    return isNew ? [column(effect.table, effect.column)] : [];
  });
  const views = effects.flatMap((effect) =>
    effect.effect === 'make-relation' && !/table|index/.test(effect.kind) ? [printName(effect.name)] : [],
  );
  const types = effects.flatMap((effect) => {
    if (effect.effect === 'make-type') return [printName(effect.name)];
    return effect.effect === 'move-type' ? [printName(effect.to)] : [];
  });
  return { tables, columns, types, others: change.kind.startsWith('create-') ? [change.object, ...views] : views };
}

function column(table: Name, name: string): Column {
  return { name: printName(table, name), table: printName(table) };
}
