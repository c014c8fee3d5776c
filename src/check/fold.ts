// What is known after a change, that was not before?
import type { Lock, Name } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import { entryOf, type Facts, qualifiedName, type RelationFacts } from '../model/facts.ts';
import { atLeast } from '../model/lock-words.ts';
import { renameColumn, renameRelation, takeColumn, takeRelation } from './follow.ts';
import { renameType } from './follow-type.ts';
import { committedRelations, copied, settledRelations } from './settle.ts';

/** What `check` knows without a database: nothing, so every table that is not new is taken for a large one. */
export const nothingKnown: Facts = Object.freeze({
  major: 14,
  live: false,
  searchPath: ['public'],
  relations: {},
  newTypes: [],
  newLabels: {},
});

/** Relations and functions that only a fold under way has seen, so that it need not copy a whole history of them for each statement. */
const own = new WeakSet<object>();

export function foldEffects(facts: Facts, effects: readonly Effect[]): Facts {
  return createFold(facts)(effects);
}

/** Folds one change after another. What it hands back holds until it is called again; what it was given stays as it is. */
export function createFold(before: Facts): (effects: readonly Effect[], more?: Partial<Facts>) => Facts {
  own.delete(before.relations);
  if (before.functions !== undefined) own.delete(before.functions);
  let facts = before;
  return (effects, more = {}) => {
    facts = effects.reduce(fold, { ...facts, ...more });
    return facts;
  };
}

/** A transaction keeps its locks; those that let writers go on matter to nobody, and each counts once. */
export function stillHeld(held: readonly Lock[], locks: readonly Lock[]): readonly Lock[] {
  const more = locks.filter(
    ({ relation, mode }) =>
      atLeast(mode, 'SHARE') && !held.some((lock) => lock.relation === relation && lock.mode === mode),
  );
  return more.length === 0 ? held : [...held, ...more];
}

/** The same facts for the migration after: what was new is there now, and the search path is a new session's. */
export function nextMigration(facts: Facts, searchPath: readonly string[] = ['public']): Facts {
  const relations = settledRelations(facts.relations);
  return { ...facts, relations, searchPath, timeZone: null, newTypes: [], newObjects: [], newLabels: {}, held: [] };
}

/** The same facts once what was done so far of a migration is committed: its tables are new still, but its locks are let go. */
export function nextStage(facts: Facts): Facts {
  return { ...facts, relations: committedRelations(facts.relations), newLabels: {}, held: [] };
}

const unknownRelation: RelationFacts = {
  kind: 'unknown',
  isNew: false,
  rows: null,
  bytes: null,
  columns: null,
  indexed: [],
  constraints: {},
  parents: [],
};
const unknownColumn = { type: null, notNull: false, hasDefault: false };

function fold(facts: Facts, effect: Effect): Facts {
  switch (effect.effect) {
    case 'make-relation': {
      const made: RelationFacts = {
        kind: effect.kind,
        isNew: true,
        rows: 0,
        bytes: 0,
        columns: effect.columns ?? null,
        indexed: effect.table === undefined ? [] : (effect.indexed ?? []),
        constraints: effect.constraints ?? {},
        parents: (effect.parents ?? []).map(qualifiedName),
        ...(effect.table === undefined ? {} : { table: qualifiedName(effect.table) }),
        ...(effect.isUnique === true ? { isUnique: true } : {}),
        ...(effect.isDefaultPartition === true ? { isDefaultPartition: true } : {}),
      };
      return withIndexed(withRelation(facts, qualifiedName(effect.name), made), effect);
    }
    case 'take-relation':
      return takeRelation(facts, qualifiedName(effect.name));
    case 'rename-relation': {
      const [from, to] = [qualifiedName(effect.from), qualifiedName(effect.to)];
      const kind = entryOf(facts.relations, from)?.kind;
      const after = renameRelation(
        { ...facts, relations: renamed(facts.relations, from, to, unknownRelation) },
        from,
        to,
      );
      // Its rows are a type of the same name.
      return kind === 'index' || kind === 'sequence' ? after : renameType(after, effect.from, effect.to);
    }
    case 'set-column':
      return withColumns(facts, qualifiedName(effect.table), (columns) => ({
        ...columns,
        [effect.column]: { ...(entryOf(columns, effect.column) ?? unknownColumn), ...effect.facts },
      }));
    case 'take-column':
      return withColumns(
        takeColumn(facts, qualifiedName(effect.table), effect.column),
        qualifiedName(effect.table),
        ({ [effect.column]: _, ...rest }) => rest,
      );
    case 'move-column':
      return withColumns(
        renameColumn(facts, qualifiedName(effect.table), effect.from, effect.to),
        qualifiedName(effect.table),
        (columns) => renamed(columns, effect.from, effect.to, unknownColumn),
      );
    case 'set-constraint':
      return withConstraints(facts, effect.table, (constraints) => ({
        ...constraints,
        [effect.name]: { ...effect.facts, isNew: true },
      }));
    case 'prove-constraint':
      return withConstraints(facts, effect.table, (constraints) => {
        const known = entryOf(constraints, effect.name);
        return known === undefined ? constraints : { ...constraints, [effect.name]: { ...known, validated: true } };
      });
    case 'take-constraint':
      return withConstraints(facts, effect.table, ({ [effect.name]: _, ...rest }) => rest);
    case 'move-constraint':
      return withConstraints(facts, effect.table, (constraints) => renamed(constraints, effect.from, effect.to));
    case 'set-parent':
      return withDefault(
        withParents(facts, effect.table, (parents) => [...parents, qualifiedName(effect.parent)]),
        effect.table,
        effect.isDefaultPartition === true,
      );
    case 'take-parent':
      return withDefault(
        withParents(facts, effect.table, (parents) =>
          parents.filter((parent) => parent !== qualifiedName(effect.parent)),
        ),
        effect.table,
        false,
      );
    case 'make-type': {
      const type = qualifiedName(effect.name);
      const domains = effect.domain === undefined ? facts.domains : { ...facts.domains, [type]: effect.domain };
      const made = { ...facts, newTypes: [...facts.newTypes, type], ...(domains === undefined ? {} : { domains }) };
      return effect.labels === undefined ? made : withLabels(made, type, effect.labels);
    }
    case 'move-type':
      return renameType(facts, effect.from, effect.to);
    case 'rename-label': {
      const type = qualifiedName(effect.type);
      const known = entryOf(facts.enums, type);
      const { from, to } = effect;
      return known === undefined
        ? facts
        : withLabels(
            facts,
            type,
            known.map((label) => (label === from ? to : label)),
          );
    }
    case 'constrain-domain': {
      const domain = qualifiedName(effect.domain);
      const known = entryOf(facts.domains, domain) ?? { base: null };
      return { ...facts, domains: { ...facts.domains, [domain]: { ...known, constrained: true } } };
    }
    case 'take-type': {
      const type = qualifiedName(effect.name);
      const { [type]: _, ...domains } = facts.domains ?? {};
      const { [type]: __, ...enums } = facts.enums ?? {};
      return { ...facts, newTypes: facts.newTypes.filter((known) => known !== type), domains, enums };
    }
    case 'add-label': {
      const type = qualifiedName(effect.type);
      const known = entryOf(facts.enums, type);
      const newLabels = { ...facts.newLabels, [type]: [...(entryOf(facts.newLabels, type) ?? []), effect.label] };
      return known === undefined || known.includes(effect.label)
        ? { ...facts, newLabels }
        : withLabels({ ...facts, newLabels }, type, [...known, effect.label]);
    }
    case 'set-row-security':
      return withTraits(facts, effect.table, { rowSecurity: effect.enabled });
    case 'set-policy':
      return withPolicies(facts, effect.table, (policies) => ({ ...policies, [effect.name]: effect.sort }));
    case 'take-policy':
      return withPolicies(facts, effect.table, ({ [effect.name]: _, ...rest }) => rest);
    case 'move-policy':
      return withPolicies(facts, effect.table, (policies) => renamed(policies, effect.from, effect.to));
    case 'set-replica-identity':
      return withTraits(facts, effect.table, { replicaIdentity: effect.told });
    case 'set-function':
      return withFunction(facts, effect);
    case 'make-object':
      return { ...facts, newObjects: [...(facts.newObjects ?? []), effect.object] };
    case 'set-time-zone':
      return { ...facts, timeZone: effect.zone };
    case 'set-search-path':
      return { ...facts, searchPath: effect.schemas };
  }
}

/** What was not known by the old name is not by the new one, unless it is said what to take for it. */
function renamed<Value>(
  record: Readonly<Record<string, Value>>,
  from: string,
  to: string,
  otherwise?: Value,
): Readonly<Record<string, Value>> {
  const moved = entryOf(record, from) ?? otherwise;
  const { [from]: _, ...rest } = record;
  return moved === undefined ? rest : { ...rest, [to]: moved };
}

function withRelation(facts: Facts, key: string, known: RelationFacts): Facts {
  return { ...facts, relations: withEntry(facts.relations, key, known) };
}

/** Copies the record once a fold. */
function withEntry<Value>(record: Readonly<Record<string, Value>>, key: string, value: Value) {
  const mine = own.has(record) ? record : copied(record);
  own.add(mine);
  Reflect.defineProperty(mine, key, { value, configurable: true, enumerable: true, writable: true });
  return mine;
}

/** An index makes its table's columns indexed; a table's keys say so themselves. */
function withIndexed(facts: Facts, effect: Extract<Effect, { effect: 'make-relation' }>): Facts {
  if (effect.indexed === undefined) return facts;
  const key = qualifiedName(effect.table ?? effect.name);
  const known = entryOf(facts.relations, key) ?? unknownRelation;
  return withRelation(facts, key, { ...known, indexed: [...known.indexed, ...effect.indexed] });
}

function withLabels(facts: Facts, type: string, labels: readonly string[]): Facts {
  return { ...facts, enums: { ...facts.enums, [type]: labels } };
}

type Constraints = RelationFacts['constraints'];

function withConstraints(facts: Facts, table: Name, alter: (constraints: Constraints) => Constraints): Facts {
  const key = qualifiedName(table);
  const known = entryOf(facts.relations, key) ?? unknownRelation;
  return withRelation(facts, key, { ...known, constraints: alter(known.constraints) });
}

type Policies = NonNullable<RelationFacts['policies']>;

function withPolicies(facts: Facts, table: Name, alter: (policies: Policies) => Policies): Facts {
  return withTraits(facts, table, { policies: alter(facts.relations[qualifiedName(table)]?.policies ?? {}) });
}

function withTraits(facts: Facts, table: Name, traits: Partial<RelationFacts>): Facts {
  const key = qualifiedName(table);
  return withRelation(facts, key, { ...(entryOf(facts.relations, key) ?? unknownRelation), ...traits });
}

function withParents(facts: Facts, table: Name, alter: (parents: readonly string[]) => readonly string[]): Facts {
  const key = qualifiedName(table);
  const known = entryOf(facts.relations, key) ?? unknownRelation;
  return withRelation(facts, key, { ...known, parents: alter(known.parents) });
}

function withDefault(facts: Facts, table: Name, isDefaultPartition: boolean): Facts {
  const key = qualifiedName(table);
  const known = entryOf(facts.relations, key) ?? unknownRelation;
  return known.isDefaultPartition === undefined && !isDefaultPartition
    ? facts
    : withRelation(facts, key, { ...known, isDefaultPartition });
}

/** Without its arguments a function is each of that name that is known. */
function withFunction(facts: Facts, effect: Extract<Effect, { effect: 'set-function' }>): Facts {
  const { name, arguments: types, volatility } = effect;
  const key = qualifiedName(name);
  const known = entryOf(facts.functions, key) ?? {};
  const chosen = types === null ? Object.keys(known) : [types.join(', ')];
  if (chosen.length === 0) return facts;
  const others = Object.entries(known).filter(([own]) => !chosen.includes(own));
  const set = volatility === null ? [] : chosen.map((own) => [own, volatility] as const);
  return { ...facts, functions: withEntry(facts.functions ?? {}, key, Object.fromEntries([...others, ...set])) };
}

type Columns = NonNullable<RelationFacts['columns']>;

/** A table whose columns are not all known stays so, but what was said of one column is kept. */
function withColumns(facts: Facts, key: string, alter: (columns: Columns) => Columns): Facts {
  const known = entryOf(facts.relations, key) ?? unknownRelation;
  return withRelation(facts, key, { ...known, columns: alter(known.columns ?? {}) });
}
