// How is a function, procedure or aggregate named with its arguments, and is it made anew further down?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { nameOfParts, printName } from '../name.ts';
import { readType } from './type-name.ts';

export interface Routine {
  readonly name: Name;
  /** Types of the arguments that tell it from others of its name; null where the statement leaves them out. */
  readonly arguments: readonly string[] | null;
}

/** From `DROP FUNCTION f(integer)`, `ALTER FUNCTION f`. */
export function routineOf(node: SyntaxNode | undefined, facts: Facts): Routine {
  if (node === undefined || !('ObjectWithArgs' in node)) return { name: nameOfParts([], facts), arguments: null };
  const { objname, objargs, args_unspecified } = node.ObjectWithArgs;
  const types = (objargs ?? []).map((type) => ('TypeName' in type ? readType(type.TypeName, facts).text : '*'));
  return { name: nameOfParts(objname, facts), arguments: args_unspecified === true ? null : types };
}

/** From the parameters of CREATE FUNCTION; OUT and TABLE columns do not count. */
export function routineMade(
  name: readonly SyntaxNode[] | undefined,
  parameters: readonly SyntaxNode[] | undefined,
  facts: Facts,
): Routine {
  const types = (parameters ?? []).flatMap((node) => {
    if (!('FunctionParameter' in node)) return [];
    const { mode, argType } = node.FunctionParameter;
    return mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_TABLE' || argType === undefined
      ? []
      : [readType(argType, facts).text];
  });
  return { name: nameOfParts(name, facts), arguments: types };
}

/** `public.f(integer, text)`. */
export function printRoutine(routine: Routine): string {
  const types = routine.arguments === null ? '' : `(${routine.arguments.join(', ')})`;
  return `${printName(routine.name)}${types}`;
}

/** Whether a later statement makes a function, procedure or aggregate of this name. */
export function isRoutineMadeAnew({ name }: Routine, later: readonly SyntaxNode[], facts: Facts): boolean {
  const key = qualifiedName(name);
  return later.some((node) => {
    const parts =
      'CreateFunctionStmt' in node
        ? node.CreateFunctionStmt.funcname
        : 'DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_AGGREGATE'
          ? node.DefineStmt.defnames
          : undefined;
    return parts !== undefined && qualifiedName(nameOfParts(parts, facts)) === key;
  });
}

/** Made earlier in this migration: nobody has called it yet. `word` is what the statement calls it, `routine` is any of them. */
export function isNewRoutine(word: string, routine: Routine, facts: Facts): boolean {
  const words = word === 'routine' ? ['function', 'procedure', 'aggregate'] : [word];
  return words.some((one) => {
    const label = `${one} ${printRoutine(routine)}`;
    return (facts.newObjects ?? []).some(
      (made) => made === label || (routine.arguments === null && made.startsWith(`${label}(`)),
    );
  });
}
