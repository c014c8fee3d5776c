// Does a value that has been given another type come back the same when it is given the old one again?
import { entryOf, type Facts } from '../../model/facts.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { partsOf } from '../name.ts';
import { type TypeParts, typeParts } from './conversions.ts';
import { keyOfType } from './enum-labels.ts';
import type { TypeChange } from './type-change.ts';
import { typeChangeCost } from './type-change.ts';
import { readType } from './type-name.ts';

const wholes = ['smallint', 'integer', 'bigint'];
const texts = ['text', 'character varying'];
/** What they print they read again, under all settings. */
const printed = [...wholes, 'numeric', 'uuid', 'boolean', 'json', 'jsonb', 'character', 'bpchar', 'citext', ...texts];

/** Known only of some; a value that does not fit makes the migration fail, and is not lost. */
export function turnsBack(change: TypeChange & { readonly expression: SyntaxNode | null }, facts: Facts): boolean {
  const { type, using, expression } = change;
  const { from, rewrite } = typeChangeCost(change, facts);
  if (from === null) return false;
  const [was, is] = [from, type].map((each) => entryOf(facts.domains, keyOfType(each))?.base ?? each);
  if (was === undefined || is === undefined) return false;
  if (using === 'computed')
    return expression !== null && isByText(expression, change, facts) && areWords(was, is, facts);
  if (rewrite === 'no') return true;
  if (isEnum(is, facts)) return isText(typeParts(was)) || isEnum(was, facts);
  return between(was, is, facts);
}

function between(was: string, is: string, facts: Facts): boolean {
  const [from, to] = [typeParts(was), typeParts(is)];
  if (from.array || to.array) return false;
  if (isText(to) && to.modifiers.length === 0) return printed.includes(from.name) || isEnum(was, facts);
  if (wholes.includes(from.name))
    return wholes.includes(to.name) || (to.name === 'numeric' && (to.modifiers[1] ?? 0) >= 0);
  if (from.name === 'numeric') {
    const decimals = from.modifiers.length === 0 ? null : (from.modifiers[1] ?? 0);
    if (wholes.includes(to.name)) return decimals === 0;
    return (
      to.name === 'numeric' && (to.modifiers.length === 0 || (decimals !== null && decimals <= (to.modifiers[1] ?? 0)))
    );
  }
  return from.name === 'real' && to.name === 'double precision';
}

function isText({ name, array }: TypeParts): boolean {
  return !array && texts.includes(name);
}

function isEnum(type: string, { enums = {} }: Facts): boolean {
  return entryOf(enums, keyOfType(type)) !== undefined;
}

/** A label is what its text says, in one enum as in the other. */
function areWords(was: string, is: string, facts: Facts): boolean {
  const isWord = (type: string) => isEnum(type, facts) || isText(typeParts(type));
  return isWord(was) && isEnum(is, facts);
}

/** `status::text::mood` */
function isByText(expression: SyntaxNode, { column, type }: TypeChange, facts: Facts): boolean {
  if (!('TypeCast' in expression) || readType(expression.TypeCast.typeName, facts).text !== type) return false;
  const { arg } = expression.TypeCast;
  if (arg === undefined || !('TypeCast' in arg)) return false;
  const { arg: inner, typeName } = arg.TypeCast;
  const middle = typeParts(readType(typeName, facts).text);
  const isColumn = inner !== undefined && 'ColumnRef' in inner && partsOf(inner.ColumnRef.fields).at(-1) === column;
  return isColumn && isText(middle) && middle.modifiers.length === 0;
}
