// Which values of a domain that are there would make a constraint of it fail?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { printedIn } from '../../recipes/key-of.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Constraint } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { nameOfKey } from './key.ts';
import { parsedConstraint } from './known-definition.ts';
import { columnOfRow, ofRow } from './row-expression.ts';
import { settled } from './settled.ts';
import { isNewType, isOfType, tablesUsingType } from './type-users.ts';
import { violatorQuestion } from './violator-question.ts';

export interface DomainChange {
  readonly domain: Name;
  readonly action: string;
  readonly constraint: string | null;
}

/** Of each column of the domain; the caller knows that rows are read. */
export function domainQuestions(change: DomainChange, facts: Facts, way: Way): readonly Question[] {
  const { domain } = change;
  const isTouched = way.touchedBy(domain).some(({ kind }) => kind !== 'alter-domain');
  const wanted = isNewType(domain, facts) || isTouched ? null : wantedOf(change, way);
  if (wanted === null) return [];
  return tablesUsingType(domain, facts).flatMap((key): readonly Question[] => {
    const table = nameOfKey(key);
    const known = relationFacts(table, facts);
    return Object.entries(known?.columns ?? {}).flatMap(([column, { type }]): readonly Question[] => {
      // Of a partition or child its parent is asked; arrays of the domain PostgreSQL refuses.
      if (type?.endsWith(']') || !isOfType(type, domain, facts) || hasAbove(known?.parents, column, facts)) return [];
      if (!settled(table, [column], facts, way)) return [];
      const asked = { table, only: false };
      const name = quoteIdentifier(column);
      const what = `${printName(domain)}, which is the type of ${name}`;
      if (wanted === 'not-null') {
        const question = violatorQuestion(asked, `r.${name} IS NULL`, `NOT NULL of ${what}`);
        return [{ ...question, code: 'nulls-in-the-way' }];
      }
      const inPlace = new Map([['value', columnOfRow(column)]]);
      const condition = wanted.raw_expr && ofRow(wanted.raw_expr, table, facts, way, inPlace);
      if (condition === undefined || condition === null) return [];
      const check = change.constraint === null ? 'the new CHECK' : `CHECK ${quoteIdentifier(change.constraint)}`;
      return [violatorQuestion(asked, `NOT (${condition})`, `${check} of ${what}`)];
    });
  });
}

function wantedOf({ domain, action, constraint }: DomainChange, way: Way): Constraint | 'not-null' | null {
  if (action === 'set-not-null') return 'not-null';
  const { node } = way.clause;
  if (action === 'add-constraint') {
    const def = 'AlterDomainStmt' in node ? node.AlterDomainStmt.def : undefined;
    return def !== undefined && 'Constraint' in def ? def.Constraint : null;
  }
  const printed = printedIn(way.catalog, 'domain', domain);
  const found = Object.entries(way.catalog.objects.constraint ?? {}).find(
    ([name, { on }]) => on === `domain ${printed}` && partsOfName(name).at(-1) === constraint,
  );
  return found === undefined ? null : parsedConstraint(found[1].definition, way);
}

function hasAbove(parents: readonly string[] | undefined, column: string, facts: Facts): boolean {
  return (parents ?? []).some((parent) => {
    const columns = facts.relations[parent]?.columns;
    return columns !== undefined && columns !== null && Object.hasOwn(columns, column);
  });
}
