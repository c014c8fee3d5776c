// What does CREATE DOMAIN do, and what will be hard to change about it?
import { type Change, defineChange, type Name } from './define.ts';
import { printName } from './name.ts';
import { readType } from './reading/type-name.ts';
import { typeToMake } from './reading/type-to-make.ts';

export interface CreateDomain extends Change {
  readonly kind: 'create-domain';
  readonly domain: Name;
  /** As PostgreSQL prints the type under it. */
  readonly base: string;
  readonly notNull: boolean;
  readonly hasCheck: boolean;
  readonly hasDefault: boolean;
}

export default defineChange<CreateDomain>({
  kind: 'create-domain',
  explain: {
    title: 'A domain is made',
    why: 'Nothing is locked. But a constraint of a domain is harder to change than one of a table: ALTER DOMAIN reads every table that uses the domain in one statement and blocks their writers meanwhile, and adding a column of a domain with a constraint rewrites the table.',
    instead:
      'Put the CHECK on the tables where it is to hold; there it can be added NOT VALID and validated while the application writes.',
    links: ['https://www.postgresql.org/docs/current/sql-createdomain.html'],
  },
  on: ['CreateDomainStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateDomainStmt' in node)) return null;
    const { domainname, typeName, constraints } = node.CreateDomainStmt;
    const domain = typeToMake(domainname, facts);
    const kinds = (constraints ?? []).flatMap((one) => ('Constraint' in one ? [one.Constraint.contype] : []));
    return {
      object: `domain ${printName(domain)}`,
      domain,
      base: readType(typeName, facts).text,
      notNull: kinds.includes('CONSTR_NOTNULL'),
      hasCheck: kinds.includes('CONSTR_CHECK'),
      hasDefault: kinds.includes('CONSTR_DEFAULT'),
    };
  },
  effects: ({ object, domain, base, notNull, hasCheck }) => [
    { effect: 'make-object', object },
    { effect: 'make-type', name: domain, domain: { base, constrained: notNull || hasCheck } },
  ],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, notNull, hasCheck }) => {
    const hazards = [];
    if (hasCheck) {
      hazards.push({
        code: 'domain-check-hard-to-change',
        family: 'design',
        severity: 'note',
        message: `${object} has a CHECK, which is hard to change once tables use it`,
        why: 'To add or validate a constraint of a domain PostgreSQL reads every table that uses it under SHARE, all in one transaction; a new column of the domain rewrites its table.',
        instead: 'Put the CHECK on the tables where it is to hold.',
      } as const);
    }
    if (notNull) {
      hazards.push({
        code: 'domain-not-null-has-gaps',
        family: 'design',
        severity: 'note',
        message: `${object} is NOT NULL, yet a column of it can read NULL`,
        why: 'A NULL gets in where nobody writes a value of the type, as from an outer join or an empty subquery: INSERT INTO t (c) VALUES ((SELECT c FROM t WHERE false)) passes.',
        instead: 'Let the domain allow NULL and put NOT NULL on the columns.',
      } as const);
    }
    return hazards;
  },
});
