// Which tables hold values of a type?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';

/** Keys of the tables, not new ones, with a column of the type, or of an array of it, as far as is known. */
export function tablesUsingType(type: Name, facts: Facts): readonly string[] {
  return Object.entries(facts.relations).flatMap(([key, { isNew, kind, columns }]) => {
    const holdsRows = kind !== 'view' && kind !== 'index' && kind !== 'sequence';
    const uses = Object.values(columns ?? {}).some((column) => isOfType(column.type, type, facts));
    return holdsRows && !isNew && uses ? [key] : [];
  });
}

/** Whether a column's type, as PostgreSQL or the user writes it, is this one or an array of it. */
export function isOfType(written: string | null, type: Name, facts: Facts): boolean {
  if (written === null) return false;
  const words = unquoted(written.replace(/(?:\[\d*\])+$/, ''));
  const [name, schema] = [words.at(-1), words.at(-2)];
  if (name !== type.name) return false;
  return schema === undefined ? type.schema === null || facts.searchPath.includes(type.schema) : schema === type.schema;
}

/** Made earlier in this migration: no table but a new one can hold it. */
export function isNewType(type: Name, facts: Facts): boolean {
  return facts.newTypes.includes(qualifiedName(type));
}

function unquoted(written: string): readonly string[] {
  return [...written.matchAll(/"((?:[^"]|"")*)"|[^."]+/g)].map(([plain, quoted]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}
