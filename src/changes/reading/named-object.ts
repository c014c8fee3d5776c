// Which object do COMMENT ON, OWNER TO, RENAME and DROP mean, whatever its class?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { nameOfParts, partsOf, printName } from '../name.ts';
import { printRoutine, routineOf } from './routine.ts';
import { readType } from './type-name.ts';

export interface NamedObject {
  /** `table public.users`, `function public.f(integer)`, `policy own on public.users`. */
  readonly label: string;
  /** The relation that it is, is a column of or stands on; null where there is none. */
  readonly relation: Name | null;
  /** Whether the object is that relation itself. */
  readonly isRelation: boolean;
}

/** The class in plain words: `text search dictionary`. */
export const objectWords: Readonly<Record<string, string>> = {
  OBJECT_ACCESS_METHOD: 'access method',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_CAST: 'cast',
  OBJECT_COLLATION: 'collation',
  OBJECT_COLUMN: 'column',
  OBJECT_CONVERSION: 'conversion',
  OBJECT_DATABASE: 'database',
  OBJECT_DOMAIN: 'domain',
  OBJECT_DOMCONSTRAINT: 'constraint',
  OBJECT_EVENT_TRIGGER: 'event trigger',
  OBJECT_EXTENSION: 'extension',
  OBJECT_FDW: 'foreign-data wrapper',
  OBJECT_FOREIGN_SERVER: 'server',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_FUNCTION: 'function',
  OBJECT_INDEX: 'index',
  OBJECT_LANGUAGE: 'language',
  OBJECT_LARGEOBJECT: 'large object',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_OPCLASS: 'operator class',
  OBJECT_OPERATOR: 'operator',
  OBJECT_OPFAMILY: 'operator family',
  OBJECT_PARAMETER_ACL: 'parameter',
  OBJECT_POLICY: 'policy',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_PUBLICATION: 'publication',
  OBJECT_ROLE: 'role',
  OBJECT_ROUTINE: 'routine',
  OBJECT_RULE: 'rule',
  OBJECT_SCHEMA: 'schema',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_SUBSCRIPTION: 'subscription',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_TABLE: 'table',
  OBJECT_TABLESPACE: 'tablespace',
  OBJECT_TRANSFORM: 'transform',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_TSCONFIGURATION: 'text search configuration',
  OBJECT_TSDICTIONARY: 'text search dictionary',
  OBJECT_TSPARSER: 'text search parser',
  OBJECT_TSTEMPLATE: 'text search template',
  OBJECT_TYPE: 'type',
  OBJECT_VIEW: 'view',
};

const relations = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE', 'OBJECT_INDEX'];
const onTables = ['OBJECT_POLICY', 'OBJECT_RULE', 'OBJECT_TRIGGER', 'OBJECT_TABCONSTRAINT'];

export function namedObject(type: string | undefined, object: SyntaxNode | undefined, facts: Facts): NamedObject {
  const word = objectWords[type ?? ''] ?? 'object';
  const items = object !== undefined && 'List' in object ? (object.List.items ?? []) : [];
  const alone = (text: string): NamedObject => ({ label: `${word} ${text}`, relation: null, isRelation: false });
  if (type !== undefined && [...relations, 'OBJECT_FOREIGN_TABLE'].includes(type)) {
    const relation = nameOfParts(items, facts);
    return { label: `${word} ${printName(relation)}`, relation, isRelation: true };
  }
  const last = partsOf(items).at(-1) ?? '';
  if (type === 'OBJECT_COLUMN') {
    const relation = nameOfParts(items.slice(0, -1), facts);
    return { label: `${word} ${printName(relation, last)}`, relation, isRelation: false };
  }
  if (type !== undefined && onTables.includes(type)) {
    const relation = nameOfParts(items.slice(0, -1), facts);
    return { label: `${word} ${quoteIdentifier(last)} on ${printName(relation)}`, relation, isRelation: false };
  }
  if (object === undefined) return alone('');
  if (type === 'OBJECT_DOMCONSTRAINT') return alone(`${quoteIdentifier(last)} on domain ${typeText(items[0], facts)}`);
  if (type === 'OBJECT_CAST') return alone(`(${typeText(items[0], facts)} as ${typeText(items[1], facts)})`);
  if (type === 'OBJECT_TRANSFORM') return alone(`for ${typeText(items[0], facts)} language ${quoteIdentifier(last)}`);
  if (type === 'OBJECT_OPCLASS' || type === 'OBJECT_OPFAMILY') {
    return alone(`${printName(nameOfParts(items.slice(1), facts))} using ${partsOf(items)[0] ?? ''}`);
  }
  if (type === 'OBJECT_OPERATOR') return alone(operatorText(object, facts));
  if ('ObjectWithArgs' in object) return alone(printRoutine(routineOf(object, facts)));
  if ('TypeName' in object) return alone(typeText(object, facts));
  if ('String' in object) return alone(quoteIdentifier(object.String.sval ?? ''));
  if ('Integer' in object) return alone(String(object.Integer.ival ?? 0));
  if ('Float' in object) return alone(object.Float.fval ?? '');
  return alone(printName(nameOfParts(items, facts)));
}

/** An object that RENAME and others name by a bare word. */
export function wordObject(type: string | undefined, name: string | undefined): string {
  return `${objectWords[type ?? ''] ?? 'object'} ${quoteIdentifier(name ?? '')}`;
}

function typeText(node: SyntaxNode | undefined, facts: Facts): string {
  return node !== undefined && 'TypeName' in node ? readType(node.TypeName, facts).text : 'none';
}

/** Operators are symbols, and never quoted. */
function operatorText(object: SyntaxNode, facts: Facts): string {
  if (!('ObjectWithArgs' in object)) return '';
  const { objname, objargs } = object.ObjectWithArgs;
  return `${partsOf(objname).join('.')} (${(objargs ?? []).map((type) => typeText(type, facts)).join(', ')})`;
}
