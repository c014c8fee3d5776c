// Which right does a statement need?
import type { Name } from '../../model/change.ts';

/** What can be owned and is looked up by its name. */
export type Sort =
  | 'relation'
  | 'type'
  | 'function'
  | 'schema'
  | 'extension'
  | 'publication'
  | 'server'
  | 'statistics'
  | 'collation';

export interface Need {
  readonly need: /** To own it; `orSchema`: or the schema it is in. */
    | 'own'
    /** `privilege`, or one of them where there are several, on a table, a view or some of its columns. */
    | 'table'
    /** To own it, or MAINTAIN on it, which is there from PostgreSQL 17 on. */
    | 'maintain'
    /** CREATE on the schema; without a name on the one where new objects go. */
    | 'create'
    /** CREATE on the schema that the relation is in. */
    | 'create-beside'
    | 'use-schema'
    | 'create-in-database'
    /** `privilege` on a schema of Roadbook's, or CREATE on the database where it is not there yet. */
    | 'own-place'
    | 'make-roles'
    | 'make-databases'
    | 'superuser'
    /** To be able to become the role. */
    | 'member'
    /** To hand the object over to the role. */
    | 'give'
    | 'extension';
  readonly sort?: Sort;
  readonly schema?: string | null;
  readonly name?: string;
  readonly orSchema?: boolean;
  /** `SELECT`, or several, of which one will do. */
  readonly privilege?: string;
  readonly columns?: readonly string[];
  readonly role?: string;
  /** Only so that what is taken away is kept. */
  readonly parks?: boolean;
  /** For a function: how many arguments go in. */
  readonly args?: number;
}

export function own(sort: Sort, { schema, name }: Name, orSchema = false): Need {
  return { need: 'own', sort, schema, name, ...(orSchema ? { orSchema } : {}) };
}

export function onTable({ schema, name }: Name, privilege: string, columns: readonly string[] = []): Need {
  return { need: 'table', sort: 'relation', schema, name, privilege, ...(columns.length === 0 ? {} : { columns }) };
}

export function beside({ schema, name }: Name): Need {
  return { need: 'create-beside', sort: 'relation', schema, name };
}

export function createIn(schema: string | null): Need {
  return { need: 'create', schema };
}

export function become(role: string | null): readonly Need[] {
  return role === null ? [] : [{ need: 'member', role }];
}
