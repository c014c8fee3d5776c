// In what do two catalogs differ, in words a person understands?
import type { Difference } from '../../model/verdict.ts';
import { type Catalog, kinds, type Properties, type Value } from './value.ts';

export interface CompareOptions {
  /**
   * What does not count: a kind (`database`), a property of all kinds (`.owner`, `.acl`, `.order`), or a property of one kind
   * (`table.tablespace`).
   */
  readonly ignore?: readonly string[];
}

/** What a property that is absent means, where that is not "none". */
const defaults: Readonly<Record<string, string>> = Object.freeze({
  acl: 'the default',
  'access method': 'heap',
  context: 'explicit',
  enabled: 'yes',
  enforced: 'true',
  live: 'true',
  local: 'true',
  owner: 'the default',
  parallel: 'unsafe',
  persistence: 'permanent',
  populated: 'true',
  ready: 'true',
  'replica identity': 'default',
  roles: 'all',
  statistics: 'the default',
  storage: 'the default',
  valid: 'true',
  validated: 'true',
});

/** Texts that PostgreSQL prints from its trees: another major may print the same thing differently. */
const printed = new Set([
  'definition',
  'default',
  'generated',
  'using',
  'check',
  'partition key',
  'partition bound',
  'tables',
]);

/**
 * One difference for each object that only one side has (its columns, constraints and indexes go without saying) and one for
 * each property that differs. The order of columns is the property `order`: that of the columns both sides have.
 */
export function compareCatalogs(expected: Catalog, actual: Catalog, options: CompareOptions = {}): Difference[] {
  const ignored = new Set(options.ignore ?? []);
  const across = expected.server.major !== actual.server.major;
  const oldest = Math.min(expected.server.major, actual.server.major);
  const differences: Difference[] = [];
  for (const kind of kindsOf(expected, actual)) {
    if (ignored.has(kind)) continue;
    const wanted = expected.objects[kind] ?? {};
    const there = actual.objects[kind] ?? {};
    for (const name of namesOf(wanted, there)) {
      const one = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
      const other = Object.hasOwn(there, name) ? there[name] : undefined;
      if (one && other) {
        const skip = (property: string): boolean =>
          ignored.has(`.${property}`) || ignored.has(`${kind}.${property}`) || (across && printed.has(property));
        differences.push(...compareProperties(kind, name, one, other, skip, oldest));
      } else {
        const only = one ?? other;
        const without = one ? actual : expected;
        if (!only || goesWithoutSaying(only, without, ignored) || (across && isNotNull(kind, only))) continue;
        differences.push(Object.freeze({ kind, object: name, change: one ? 'missing' : 'unexpected' }));
      }
    }
  }
  if (!ignored.has('unread')) differences.push(...compareUnread(expected, actual));
  return differences;
}

/** What cannot be said about these two, as sentences. */
export function comparisonNotes(expected: Catalog, actual: Catalog): readonly string[] {
  const notes: string[] = [];
  const [one, other] = [expected.server.major, actual.server.major];
  if (one !== other) {
    notes.push(
      `The catalogs are of PostgreSQL ${one} and ${other}: definitions, defaults and expressions are printed differently and were not compared.`,
    );
  }
  for (const [whose, { unread }] of [['expected', expected] as const, ['actual', actual] as const]) {
    for (const { kind, count, names } of unread) {
      notes.push(`In the ${whose} catalog ${count} of the kind ${kind} could not be read: ${names.join(', ')}.`);
    }
  }
  return notes;
}

function kindsOf(expected: Catalog, actual: Catalog): readonly string[] {
  const there = new Set([...Object.keys(expected.objects), ...Object.keys(actual.objects)]);
  const known: readonly string[] = kinds;
  return [...known.filter((kind) => there.has(kind)), ...[...there].filter((kind) => !known.includes(kind)).sort()];
}

function namesOf(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): readonly string[] {
  const names = Object.keys(one);
  const added = Object.keys(other).filter((name) => !Object.hasOwn(one, name));
  return added.length === 0 ? names : [...names, ...added].sort();
}

/** Part of something that the other side lacks as a whole, which is said already. */
function goesWithoutSaying(only: Properties, without: Catalog, ignored: ReadonlySet<string>): boolean {
  const { on } = only;
  if (typeof on !== 'string') return false;
  const kind = kinds.filter((kind) => on.startsWith(`${kind} `)).sort((a, b) => b.length - a.length)[0] ?? '';
  return !ignored.has(kind) && !Object.hasOwn(without.objects[kind] ?? {}, on.slice(kind.length + 1));
}

/** NOT NULL is a constraint with a name since 18 on tables, since 17 on domains, and a flag of the column always. */
function isNotNull(kind: string, { definition }: Properties): boolean {
  return kind === 'constraint' && typeof definition === 'string' && definition.startsWith('NOT NULL');
}

function compareProperties(
  kind: string,
  object: string,
  expected: Properties,
  actual: Properties,
  skip: (property: string) => boolean,
  oldest: number,
): Difference[] {
  const differences: Difference[] = [];
  for (const property of namesOf(expected, actual)) {
    if (property === 'on' || skip(property)) continue;
    let one = expected[property];
    let other = actual[property];
    if (property === 'order') [one, other] = common(one, other);
    if (property === 'acl' && oldest < 17) [one, other] = [withoutMaintain(one), withoutMaintain(other)];
    if (same(one, other) || leftToConstraint(property, one, other)) continue;
    const missing = defaults[property] ?? 'none';
    differences.push(
      Object.freeze({
        kind,
        object,
        change: 'differs',
        property,
        expected: asText(one) ?? missing,
        actual: asText(other) ?? missing,
      }),
    );
  }
  return differences;
}

/** Only the index of a constraint has no definition: what differs is that one side has the constraint, which is said. */
function leftToConstraint(property: string, one: Value | undefined, other: Value | undefined): boolean {
  return property === 'definition' && (one === undefined || other === undefined);
}

/** A column that only one side has is a difference of its own, not one of order. */
function common(one: Value | undefined, other: Value | undefined): [Value, Value] {
  const [left, right] = [one, other].map((value) => (Array.isArray(value) ? value.map(String) : []));
  const both = (names: readonly string[] = [], others: readonly string[] = []): string[] => {
    const known = new Set(others);
    return names.filter((name) => known.has(name));
  };
  return [both(left, right), both(right, left)];
}

/** The privilege MAINTAIN (m) is of 17: an owner's full set has it there and not before. */
function withoutMaintain(acl: Value | undefined): Value | undefined {
  return Array.isArray(acl) ? acl.map((entry) => String(entry).replace(/=([^=/]*)m\*?([^=/]*)\//, '=$1$2/')) : acl;
}

function same(one: Value | undefined, other: Value | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function asText(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** Nobody can say that these are equal. */
function compareUnread(expected: Catalog, actual: Catalog): Difference[] {
  const all = [
    ...expected.unread.map((one) => [one, 'expected'] as const),
    ...actual.unread.map((one) => [one, 'actual'] as const),
  ];
  return all.map(([{ kind, count, names }, side]) =>
    Object.freeze({
      kind: 'unread',
      object: kind,
      change: 'differs',
      property: `not read in the ${side} catalog`,
      [side]: `${count}: ${names.join(', ')}`,
    }),
  );
}
