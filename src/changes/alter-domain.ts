// What does ALTER DOMAIN do, lock and endanger?

import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Hazard, type Lock, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { domainQuestions } from './reading/domain-questions.ts';
import { nameOfKey } from './reading/key.ts';
import { worthCare } from './reading/size.ts';
import { isNewType, tablesUsingType } from './reading/type-users.ts';

export interface AlterDomain extends Change {
  readonly kind: 'alter-domain';
  readonly domain: Name;
  readonly action:
    | 'set-default'
    | 'drop-default'
    | 'set-not-null'
    | 'drop-not-null'
    | 'add-constraint'
    | 'validate-constraint'
    | 'rename-constraint'
    | 'drop-constraint';
  /** The constraint's name, where it is one and has one. */
  readonly constraint: string | null;
  readonly newName: string | null;
  readonly notValid: boolean;
  readonly ifExists: boolean;
}

export default defineChange<AlterDomain>({
  kind: 'alter-domain',
  explain: {
    title: 'A domain is altered',
    why: 'A constraint that is added or validated, and SET NOT NULL, make PostgreSQL read every table that has a column of the domain. All of them are held under SHARE until the transaction ends: nobody writes to any of them.',
    instead:
      'Add the constraint NOT VALID: new values are checked and nothing is read. VALIDATE CONSTRAINT still blocks writers, so leave it out, or run it while nobody writes. A CHECK on each table instead `roadbook apply` validates while the application writes.',
    links: ['https://www.postgresql.org/docs/current/sql-alterdomain.html'],
  },
  on: ['AlterDomainStmt', 'RenameStmt'],
  recognise: ({ node }, facts) => {
    const read = readStatement(node, facts);
    return read === null ? null : { object: `domain ${printName(read.domain)}`, ...read };
  },
  // Whether one that loses a constraint has others left is not known: it is taken to have.
  effects: ({ action, domain }) =>
    action === 'add-constraint' || action === 'set-not-null' ? [{ effect: 'constrain-domain', domain }] : [],
  locks: (change, facts): readonly Lock[] => {
    if (!readsRows(change) || isNewType(change.domain, facts)) return [];
    const tables = tablesUsingType(change.domain, facts);
    const lock = { mode: 'SHARE', scan: true } as const;
    if (tables.length > 0) return tables.map((key) => ({ relation: printName(nameOfKey(key)), ...lock }));
    return facts.live ? [] : [{ relation: '*', ...lock }];
  },
  plan: (change, facts) => {
    if (!readsRows(change) || isNewType(change.domain, facts)) return null;
    const tables = tablesUsingType(change.domain, facts).filter((key) => worthCare(nameOfKey(key), facts));
    if (tables.length === 0) return null;
    // VALIDATE takes the same lock as adding it does (14 to 18), so nothing is gained by NOT VALID.
    return {
      cannot: `PostgreSQL reads ${tables.join(', ')} under SHARE for it, also where it validates a constraint that was added NOT VALID. A CHECK on each table instead is validated while the application writes.`,
    };
  },
  data: (change, facts, way) => (readsRows(change) ? domainQuestions(change, facts, way) : []),
  hazards: (change, facts) => {
    if (!readsRows(change) || isNewType(change.domain, facts)) return [];
    const tables = tablesUsingType(change.domain, facts);
    if (tables.length === 0) return facts.live ? [] : [blocksWriters(change, '*')];
    return tables.filter((key) => worthCare(nameOfKey(key), facts)).map((key) => blocksWriters(change, key));
  },
});

type Read = Omit<AlterDomain, 'kind' | 'statement' | 'object'>;

const actions: Readonly<Record<string, AlterDomain['action']>> = {
  N: 'drop-not-null',
  O: 'set-not-null',
  C: 'add-constraint',
  X: 'drop-constraint',
  V: 'validate-constraint',
};

function readStatement(node: SyntaxNode, facts: Facts): Read | null {
  const plain = { constraint: null, newName: null, notValid: false, ifExists: false };
  if ('RenameStmt' in node) {
    const { renameType, object, subname, newname } = node.RenameStmt;
    if (renameType !== 'OBJECT_DOMCONSTRAINT' || object === undefined || !('List' in object)) return null;
    const domain = nameOfParts(object.List.items, facts);
    return { ...plain, domain, action: 'rename-constraint', constraint: subname ?? '', newName: newname ?? '' };
  }
  if (!('AlterDomainStmt' in node)) return null;
  const { subtype, typeName, name, def, missing_ok } = node.AlterDomainStmt;
  const domain = nameOfParts(typeName, facts);
  if (subtype === 'T') return { ...plain, domain, action: def === undefined ? 'drop-default' : 'set-default' };
  const action = actions[subtype ?? ''];
  if (action === undefined) return null;
  const written = def !== undefined && 'Constraint' in def ? def.Constraint : undefined;
  return {
    ...plain,
    domain,
    action: written?.contype === 'CONSTR_NOTNULL' ? 'set-not-null' : action,
    constraint: name ?? written?.conname ?? null,
    notValid: written?.skip_validation === true,
    ifExists: missing_ok === true,
  };
}

function readsRows({ action, notValid }: AlterDomain): boolean {
  return action === 'set-not-null' || action === 'validate-constraint' || (action === 'add-constraint' && !notValid);
}

function blocksWriters({ object, action }: AlterDomain, relation: string): Hazard {
  const what = relation === '*' ? 'every table that uses it' : relation;
  return {
    code: 'domain-constraint-blocks-writes',
    family: 'lock',
    severity: 'error',
    message: `${object} is checked by reading ${what} while every write waits`,
    lock: { relation, mode: 'SHARE' },
    why: 'Every row is read to see that its value fits, and all tables that use the domain stay locked against writes until the transaction ends. A value that does not fit makes the migration fail.',
    instead:
      action === 'add-constraint'
        ? 'It runs as written. Add the constraint NOT VALID: new values are checked, and nothing is read. Or add a CHECK to each table, which `roadbook apply` validates while it is written.'
        : action === 'set-not-null'
          ? 'Put NOT NULL on the columns instead: `roadbook apply` proves it there while the tables are written.'
          : 'Leave the constraint NOT VALID, which checks new values all the same, or validate it while nobody writes.',
  };
}
