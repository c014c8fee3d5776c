// Which schemas does a search path name?

/** A new session's, unless the role or the database says otherwise. */
export const usualPath: readonly string[] = ['public'];

/** `"$user", public` as one text: folded and unquoted; the user's own schema is left out, since nobody knows it here. */
export function schemasIn(text: string): readonly string[] {
  const words = [...text.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g)].map(([plain, quoted]) =>
    quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'),
  );
  return withoutSpecial(words);
}

/** PostgreSQL's own schema is searched in any case, and nothing is made there. */
export function withoutSpecial(schemas: readonly string[]): readonly string[] {
  return schemas.filter((schema) => schema !== '$user' && schema !== 'pg_catalog' && schema !== '');
}
