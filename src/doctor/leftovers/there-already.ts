// Is what a pending statement would make there already, before anything pending has run?
import { printName } from '../../changes/name.ts';
import type { Catalog, Properties } from '../../database/catalog/index.ts';
import type { Name } from '../../model/change.ts';
import type { Effect } from '../../model/effect.ts';
import {
  type ColumnFacts,
  type ConstraintFacts,
  entryOf,
  qualifiedName,
  type RelationFacts,
} from '../../model/facts.ts';
import type { Step } from '../walk-pending.ts';

interface Common {
  readonly step: Step;
  /** As the catalog calls it: `table public.users`. */
  readonly object: string;
  /** As SQL names it. */
  readonly printed: string;
  readonly properties: Properties | undefined;
}

export type Leftover = Common &
  (
    | { readonly sort: 'relation'; readonly there: RelationFacts; readonly kind: RelationFacts['kind'] }
    | {
        readonly sort: 'column';
        readonly table: string;
        readonly column: string;
        readonly there: ColumnFacts;
        readonly wanted: Partial<ColumnFacts>;
      }
    | {
        readonly sort: 'constraint';
        readonly table: string;
        readonly there: ConstraintFacts;
        readonly wanted: ConstraintFacts;
      }
    | { readonly sort: 'type'; readonly labels: readonly string[] | null }
    | { readonly sort: 'function' }
    | { readonly sort: 'other' }
  );

/** Null: it is not, or a statement before this one may have to do with it. */
export function thereAlready(step: Step, catalog: Catalog): Leftover | null {
  const { effects, pending, replaces } = step;
  if (replaces || pending.opaque() || pending.blind() || pending.cascaded()) return null;
  for (const effect of effects) {
    const found = ofEffect(effect, step, catalog);
    if (found !== undefined) return found;
  }
  return null;
}

/** Undefined: another effect of the same change says more. */
function ofEffect(effect: Effect, step: Step, catalog: Catalog): Leftover | null | undefined {
  const { facts, pending, command } = step;
  const free = (...names: readonly string[]) => !names.some((name) => pending.has(name));
  switch (effect.effect) {
    case 'make-relation': {
      const { name, kind } = effect;
      const there = entryOf(facts.relations, qualifiedName(name));
      if (there === undefined || there.isNew || !free(name.name)) return null;
      const own = kindWord(there.kind);
      const properties = entryOf(catalog.objects[own], printName(name));
      if (properties === undefined) return null;
      return { ...common(own, printName(name), properties, step), sort: 'relation', there, kind };
    }
    case 'set-column': {
      if (command?.subtype !== 'AT_AddColumn') return undefined;
      const { table, column, facts: wanted } = effect;
      const relation = entryOf(facts.relations, qualifiedName(table));
      const there = entryOf(relation?.columns, column);
      const properties = entryOf(catalog.objects.column, printName(table, column));
      if (there === undefined || properties === undefined || !free(table.name)) return null;
      const at = common('column', printName(table, column), properties, step);
      return { ...at, sort: 'column', table: printName(table), column, there, wanted };
    }
    case 'set-constraint': {
      const def = command?.def;
      if (command?.subtype !== 'AT_AddConstraint' || def === undefined || !('Constraint' in def)) return undefined;
      const { table, name, facts: wanted } = effect;
      const there = entryOf(entryOf(facts.relations, qualifiedName(table))?.constraints, name);
      const properties = entryOf(catalog.objects.constraint, printName(table, name));
      if (def.Constraint.conname === undefined || there === undefined || properties === undefined) return null;
      if (!free(table.name)) return null;
      return {
        ...common('constraint', printName(table, name), properties, step),
        sort: 'constraint',
        table: printName(table),
        there,
        wanted,
      };
    }
    case 'make-type':
      return ofType(effect.name, effect.labels ?? null, step, catalog);
    case 'set-function': {
      const { name, arguments: types, volatility } = effect;
      if (volatility === null || types === null || !free(name.name)) return null;
      const printed = `${printName(name)}(${types.join(', ')})`;
      const properties = entryOf(catalog.objects.function, printed);
      return properties === undefined ? null : { ...common('function', printed, properties, step), sort: 'function' };
    }
    case 'set-policy': {
      const printed = printName(effect.table, effect.name);
      const properties = entryOf(catalog.objects.policy, printed);
      if (properties === undefined || !free(effect.table.name)) return null;
      return { ...common('policy', printed, properties, step), sort: 'other' };
    }
    case 'make-object':
      return ofObject(effect.object, step, catalog);
    default:
      return undefined;
  }
}

const typeKinds = ['enum', 'domain', 'composite type', 'range type', 'base type', 'shell type'] as const;

function ofType(name: Name, labels: readonly string[] | null, step: Step, catalog: Catalog): Leftover | null {
  if (step.pending.has(name.name)) return null;
  const printed = printName(name);
  for (const kind of typeKinds) {
    const properties = entryOf(catalog.objects[kind], printed);
    if (properties !== undefined) return { ...common(kind, printed, properties, step), sort: 'type', labels };
  }
  return null;
}

/** Schemas and extensions that are passed over are there on purpose. */
function ofObject(object: string, step: Step, catalog: Catalog): Leftover | null | undefined {
  const [, trigger, table] = /^trigger (.*) on (.*)$/s.exec(object) ?? [];
  const [, kind, name] = /^(schema|extension) (.*)$/s.exec(object) ?? [];
  if (trigger !== undefined && table !== undefined) {
    const properties = entryOf(catalog.objects.trigger, `${table}.${trigger}`);
    if (properties === undefined || step.pending.has(table.split('.').at(-1)?.replaceAll('"', ''))) return null;
    return { ...common('trigger', `${table}.${trigger}`, properties, step), sort: 'other' };
  }
  if (kind === undefined || name === undefined) return undefined;
  const properties = entryOf(catalog.objects[kind], name);
  if (step.passes || properties === undefined || step.pending.has(name.replaceAll('"', ''))) return null;
  return { ...common(kind, name, properties, step), sort: 'other' };
}

function common(kind: string, printed: string, properties: Properties, step: Step): Common {
  return { step, object: `${kind} ${printed}`, printed, properties };
}

export function kindWord(kind: RelationFacts['kind']): string {
  if (kind === 'partitioned-table') return 'table';
  return kind.replace('-', ' ');
}
