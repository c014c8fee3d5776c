// Does a function that runs with its owner's rights choose where its names are looked up?
import type { Hazard } from '../../model/hazard.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';

/** `SET search_path = …` or `SET search_path FROM CURRENT` among the options of a function. */
export function setsSearchPath(options: readonly SyntaxNode[] | undefined): boolean {
  return (options ?? []).some((option) => {
    const set = 'DefElem' in option ? option.DefElem.arg : undefined;
    if (set === undefined || !('VariableSetStmt' in set)) return false;
    const { kind, name } = set.VariableSetStmt;
    return name === 'search_path' && (kind === 'VAR_SET_VALUE' || kind === 'VAR_SET_CURRENT');
  });
}

export function searchPathHazard(object: string): Hazard {
  return {
    code: 'security-definer-search-path',
    family: 'design',
    severity: 'warning',
    message: `${object} is SECURITY DEFINER without a search_path of its own`,
    why: 'It runs with the rights of its owner, but looks names up along the path of its caller: who can make a table or function in a schema of that path, pg_temp above all, makes it run theirs.',
    instead: 'Add SET search_path = the schemas it needs, pg_temp (last), or write every name with its schema.',
  };
}
