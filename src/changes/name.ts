// Which object does a name in a statement mean, under the search path in force?
import type { Name } from '../model/change.ts';
import { entryOf, type Facts, qualifiedName, type RelationFacts } from '../model/facts.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { RangeVar, SyntaxNode } from '../sql/syntax.ts';

/** A name that is to be made: it goes to the first schema of the path. */
export function nameToMake(range: RangeVar | undefined, facts: Facts): Name {
  const name = range?.relname ?? '';
  return {
    schema: range?.schemaname ?? (range?.relpersistence === 't' ? 'pg_temp' : (facts.searchPath[0] ?? null)),
    name,
  };
}

/** A relation that is there already: the first schema of the path that has it, else the first one. */
export function relationName(range: RangeVar | undefined, facts: Facts): Name {
  return existing(range?.schemaname, range?.relname ?? '', facts, (key) => facts.relations[key] !== undefined);
}

/** A type, function or other object named by a list of parts. */
export function nameOfParts(parts: readonly SyntaxNode[] | undefined, facts: Facts): Name {
  const words = partsOf(parts);
  const name = words.at(-1) ?? '';
  return existing(
    words.at(-2),
    name,
    facts,
    (key) =>
      facts.newTypes.includes(key) ||
      facts.domains?.[key] !== undefined ||
      facts.enums?.[key] !== undefined ||
      facts.relations[key] !== undefined,
  );
}

/** The words of `a.b.c`. */
export function partsOf(parts: readonly SyntaxNode[] | undefined): readonly string[] {
  return (parts ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
}

function existing(schema: string | undefined, name: string, facts: Facts, known: (key: string) => boolean): Name {
  if (schema !== undefined) return { schema, name };
  // Temporary tables come before all others, whatever the path says.
  const found = ['pg_temp', ...facts.searchPath].find((candidate) => known(`${candidate}.${name}`));
  return { schema: found ?? facts.searchPath[0] ?? null, name };
}

/** What is known of a relation, or undefined: then it exists already and is taken for a large one. */
export function relationFacts(name: Name, facts: Facts): RelationFacts | undefined {
  return entryOf(facts.relations, qualifiedName(name));
}

/** Whether it is a partitioned table, or an index of one: PostgreSQL refuses REINDEX and CLUSTER of such in a transaction. */
export function isOfPartitioned(range: RangeVar, facts: Facts): boolean {
  const name = relationName(range, facts);
  const of = relationFacts(name, facts)?.table ?? qualifiedName(name);
  return facts.relations[of]?.kind === 'partitioned-table';
}

/** Made earlier in this migration: nobody else sees it yet. */
export function isNew(name: Name, facts: Facts): boolean {
  return relationFacts(name, facts)?.isNew === true;
}

/** `public.users`, quoted where needed: as a person, and PostgreSQL, reads it. */
export function printName(name: Name, ...inside: readonly string[]): string {
  const words = name.schema === null ? [name.name] : [name.schema, name.name];
  return [...words, ...inside].map(quoteIdentifier).join('.');
}

/** The tables, but for itself, whose foreign keys point to this one, and those its own point to, as far as is known. */
export function tablesAcrossForeignKeys(name: Name, facts: Facts): readonly string[] {
  const key = qualifiedName(name);
  const pointing = Object.entries(facts.relations).flatMap(([other, { constraints }]) =>
    Object.values(constraints).some(({ references }) => references?.table === key) ? [other] : [],
  );
  const pointed = Object.values(facts.relations[key]?.constraints ?? {}).flatMap(({ references }) =>
    references ? [references.table] : [],
  );
  return [...new Set([...pointing, ...pointed])].filter((other) => other !== key).sort();
}
