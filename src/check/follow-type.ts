// Which facts name a type, and follow when it goes by another name?
import { printName } from '../changes/name.ts';
import { partsOfName } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { type ColumnFacts, type DomainFacts, type Facts, qualifiedName, type RelationFacts } from '../model/facts.ts';
import { copied } from './settle.ts';

/** Columns, domains over it, its labels: of whatever sort the type is, a table's rows among them. */
export function renameType(facts: Facts, from: Name, to: Name): Facts {
  const [was, is] = [qualifiedName(from), qualifiedName(to)];
  const key = (known: string) => (known === was ? is : known);
  const written = (type: string | null) => (type === null ? null : renamedIn(type, was, printName(to)));
  return {
    ...facts,
    relations: inColumns(facts.relations, written),
    newTypes: facts.newTypes.map(key),
    newLabels: moved(facts.newLabels, key),
    ...(facts.enums === undefined ? {} : { enums: moved(facts.enums, key) }),
    ...(facts.domains === undefined ? {} : { domains: overIt(moved(facts.domains, key), written) }),
  };
}

/** `public.mood`, `public.mood[]`, `public.mood(3)`. */
function renamedIn(type: string, was: string, to: string): string {
  const name = type.replace(/(?:\([^()]*\))?(?:\[\d*\])*$/, '');
  return partsOfName(name).join('.') === was ? `${to}${type.slice(name.length)}` : type;
}

/** The other relations stay the same objects. */
function inColumns(relations: Facts['relations'], written: (type: string | null) => string | null): Facts['relations'] {
  const changes = ({ type }: ColumnFacts) => written(type) !== type;
  const isOf = ({ columns }: RelationFacts) => Object.values(columns ?? {}).some(changes);
  if (!Object.values(relations).some(isOf)) return relations;
  return copied(relations, Object.keys(relations), (known) =>
    known.columns === null || !isOf(known)
      ? known
      : {
          ...known,
          columns: copied(known.columns, Object.keys(known.columns), (column) =>
            changes(column) ? { ...column, type: written(column.type) } : column,
          ),
        },
  );
}

function overIt(
  domains: Readonly<Record<string, DomainFacts>>,
  written: (type: string | null) => string | null,
): Readonly<Record<string, DomainFacts>> {
  return copied(domains, Object.keys(domains), (domain) => ({ ...domain, base: written(domain.base) }));
}

function moved<Value>(
  record: Readonly<Record<string, Value>>,
  key: (known: string) => string,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).map(([known, value]) => [key(known), value]));
}
