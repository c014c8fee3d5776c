// What do the constraints and indexes of the live catalog say, as PostgreSQL prints them?

import { definedConstraint, definedIndex, hasIndex } from '../changes/reading/definition.ts';
import type { ConstraintFacts, RelationFacts } from '../model/facts.ts';
import { Failure } from '../model/failure.ts';
import { type Parser, quoteIdentifier, type SyntaxNode } from '../sql/index.ts';
import { keyOf, type Part, type Parts } from './live-parts.ts';

export interface LiveConstraint {
  readonly name: string;
  readonly facts: ConstraintFacts;
}

export interface LiveIndex {
  /** Its key in the facts. */
  readonly name: string;
  readonly facts: Pick<RelationFacts, 'indexed'>;
}

interface Definitions {
  /** By their whole: `table public.users`. */
  readonly constraints: ReadonlyMap<string, readonly LiveConstraint[]>;
  readonly indexes: ReadonlyMap<string, readonly LiveIndex[]>;
}

/** They are read by the same rules as those of a migration, so that both say the same. */
export function readDefinitions(parts: Parts, parser: Parser): Definitions {
  const constraints = new Map<string, LiveConstraint[]>();
  const indexes = new Map<string, LiveIndex[]>();
  const items = [...parts].flatMap(([whole, own]) => own.flatMap((part) => itemOf(whole, part)));
  const trees = parseAll(
    items.map(({ sql }) => sql),
    parser,
  );
  items.forEach(({ whole, part }, index) => {
    const tree = trees[index];
    if (tree === undefined || tree === null) return;
    if (part.kind === 'index') add(indexes, whole, indexOf(part, tree));
    const constraint = constraintOf(part, tree);
    if (constraint === null) return;
    add(constraints, whole, constraint);
    if (!hasIndex(constraint.facts)) return;
    // Its index is said to be part of it, and has the definition from here.
    for (const { printed, properties } of parts.get(`constraint ${part.printed}`) ?? []) {
      const indexed = properties.valid === false ? [] : [constraint.facts.columns.join(',')];
      add(indexes, whole, { name: keyOf(printed), facts: { indexed } });
    }
  });
  return { constraints, indexes };
}

interface Item {
  readonly whole: string;
  readonly part: Part;
  readonly sql: string;
}

/** One that has no definition is no statement of its own: the index of a constraint, a column. */
function itemOf(whole: string, part: Part): readonly Item[] {
  const { definition } = part.properties;
  if (typeof definition !== 'string' || whole.startsWith('domain ')) return [];
  if (part.kind === 'index') return [{ whole, part, sql: definition }];
  if (part.kind !== 'constraint' || definition.startsWith('TRIGGER')) return [];
  return [{ whole, part, sql: `ALTER TABLE t ADD CONSTRAINT ${quoteIdentifier(part.name)} ${definition}` }];
}

/** All at once, which is much faster; where the parser does not know one of them, one by one. */
function parseAll(statements: readonly string[], parser: Parser): readonly (SyntaxNode | null)[] {
  const parse = (sql: string) => parser.split(sql, 'catalog').statements.map(({ node }) => node);
  try {
    const all = parse(statements.join(';\n'));
    if (all.length === statements.length) return all;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return statements.map((sql) => {
    try {
      return parse(sql)[0] ?? null;
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  });
}

/** An index that is not valid serves nobody. */
function indexOf({ printed, properties }: Part, tree: SyntaxNode): LiveIndex {
  const columns = properties.valid === false ? [] : definedIndex(tree);
  return { name: keyOf(printed), facts: { indexed: columns.length === 0 ? [] : [columns.join(',')] } };
}

/** The flags are properties of their own and not in the definition. */
function constraintOf({ kind, name, properties }: Part, tree: SyntaxNode): LiveConstraint | null {
  const facts = kind === 'constraint' ? definedConstraint(tree) : null;
  if (facts === null) return null;
  const { validated, enforced, deferrable, deferred } = properties;
  return {
    name,
    facts: {
      ...facts,
      validated: validated !== false && enforced !== false,
      ...(deferrable === true ? { deferrable: deferred === true ? 'deferred' : 'immediate' } : {}),
    },
  };
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
