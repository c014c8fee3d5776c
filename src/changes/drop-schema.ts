// What does DROP SCHEMA do, lock and endanger?
import { parkTables } from '../recipes/park-table.ts';
import { dropButKeepParked } from '../recipes/park-what-is-used.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Facts, type Name, type Planned, type Way } from './define.ts';
import { partsOf, printName, relationFacts } from './name.ts';
import { relationsIn } from './reading/in-schema.ts';
import { isParkedBefore } from './reading/parked-before.ts';
import { wasThere } from './reading/size.ts';

export interface DropSchema extends Change {
  readonly kind: 'drop-schema';
  readonly schemas: readonly string[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
  /** Those in it that are known. */
  readonly relations: readonly Name[];
}

export default defineChange<DropSchema>({
  kind: 'drop-schema',
  explain: {
    title: 'A schema is dropped',
    why: 'With CASCADE all that is in it goes: tables with their rows, functions, types, and what depends on them in other schemas, columns too. Each is locked with ACCESS EXCLUSIVE until the migration is committed. Without CASCADE only an empty schema can be dropped.',
    instead:
      '`roadbook apply` moves the tables in it to the schema roadbook_parked before it drops the schema. Better leave CASCADE out, and drop what is in it by name. To see whether anybody misses it, rename it first and wait.',
    links: ['https://www.postgresql.org/docs/current/sql-dropschema.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_SCHEMA') return null;
    const { objects, missing_ok, behavior } = node.DropStmt;
    const schemas = partsOf(objects);
    const cascade = behavior === 'DROP_CASCADE';
    return {
      object: `${schemas.length > 1 ? 'schemas' : 'schema'} ${schemas.map(quoteIdentifier).join(', ')}`,
      schemas,
      ifExists: missing_ok === true,
      cascade,
      relations: cascade ? schemas.flatMap((schema) => relationsIn(schema, facts)) : [],
    };
  },
  effects: ({ relations }) => relations.map((name) => ({ effect: 'take-relation', name })),
  // What else is in it, or depends on it from outside, cannot be known.
  locks: ({ cascade, schemas }, facts) =>
    cascade && !areNew(schemas, facts) ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }] : [],
  plan,
  keeps: true,
  lasts: ({ relations, object }, facts) =>
    relations.some((name) => isOldTable(name, facts)) ? `The rows of the tables in ${object} are not kept.` : null,
  data: null,
  hazards: ({ object, cascade, schemas, relations }, facts) => {
    if (!cascade || areNew(schemas, facts)) return [];
    const tables = relations.filter((name) => facts.relations[`${name.schema}.${name.name}`]?.table === undefined);
    const known = tables.slice(0, 5).map(({ name }) => quoteIdentifier(name));
    const more = tables.length > known.length ? ` and ${tables.length - known.length} more` : '';
    return [
      {
        code: 'drop-schema-loses-data',
        family: 'data',
        severity: 'error',
        message: `${object} is dropped with all that is in it`,
        lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
        why: `Every table there goes with its rows${known.length > 0 ? `, among them ${known.join(', ')}${more}` : ''}, and so does what depends on them in other schemas. The application’s queries of any of it fail.`,
        instead:
          'Leave CASCADE out and drop by name what is to go. Rename the schema first, and drop it when nobody has missed it. The tables that are known to be in it `roadbook apply` moves to the schema roadbook_parked before, with their rows.',
      },
    ];
  },
});

/** Its tables are parked first, and what parked tables use of it goes with them. */
function plan({ cascade, schemas, relations, object }: DropSchema, facts: Facts, way: Way): Planned {
  if (!cascade || areNew(schemas, facts)) return null;
  const { migration, clause, options } = way;
  const tables = relations.filter((name) => isOldTable(name, facts));
  const old = options.park === 'none' ? [] : tables;
  if (old.length === 0 && !isParkedBefore(facts, way)) return null;
  const does = `drop ${object}, but nothing parked`;
  const parked = parkTables({
    tables: old.map((name) => printName(name)),
    cascade: true,
    migration,
    statement: `DROP TABLE ${old.map((name) => printName(name)).join(', ')} CASCADE`,
    does: `move the tables of ${object} to roadbook_parked, free of all that would go on having effect`,
    resolves: [],
    locks: [],
  });
  const drop = dropButKeepParked({ migration, statement: clause.text, does }, schemas.map(quoteIdentifier));
  return [{ ...parked, steps: [...(old.length === 0 ? [] : parked.steps), drop] }];
}

/** Partitions go with their table. */
function isOldTable(name: Name, facts: Facts): boolean {
  const known = relationFacts(name, facts);
  if (known === undefined || !/^(partitioned-)?table$/.test(known.kind) || !wasThere(name, facts)) return false;
  return !known.parents.some((parent) => facts.relations[parent]?.kind === 'partitioned-table');
}

function areNew(schemas: readonly string[], { newObjects = [] }: { readonly newObjects?: readonly string[] }): boolean {
  return schemas.every((schema) => newObjects.includes(`schema ${quoteIdentifier(schema)}`));
}
