// How does what is made again keep its owner, privileges, comment and security labels?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { DraftStep } from './draft.ts';
import { granteesIn, grantsOf } from './grants-of.ts';
import { CannotRenew } from './renewed-constraint.ts';

export interface Kept {
  readonly catalog: Catalog;
  /** `VIEW`, as statements about it say. */
  readonly word: 'VIEW' | 'MATERIALIZED VIEW' | 'FUNCTION' | 'PROCEDURE';
  readonly printed: string;
  readonly own: Properties;
}

export function commentOn(what: string, { comment }: Properties): readonly DraftStep[] {
  if (typeof comment !== 'string') return [];
  return [{ sql: `COMMENT ON ${what} IS ${quoteLiteral(comment)}`, does: 'keep the comment' }];
}

export function labelsOf(what: string, own: Properties): readonly DraftStep[] {
  const labels = Array.isArray(own['security labels']) ? own['security labels'].map(String) : [];
  return labels.map((label) => {
    const [provider = '', ...rest] = label.split(': ');
    return {
      sql: `SECURITY LABEL FOR ${quoteIdentifier(provider)} ON ${what} IS ${quoteLiteral(rest.join(': '))}`,
      does: 'keep the security label',
    };
  });
}

/** Throws `CannotRenew`. The owner comes first: privileges are his to give. */
export function keptRights(kept: Kept): readonly DraftStep[] {
  const { word, printed, own } = kept;
  if (own['depends on extension'] !== undefined)
    throw new CannotRenew(`${word.toLowerCase()} ${printed} goes with an extension.`);
  const what = `${word} ${printed}`;
  return [
    { sql: `ALTER ${what} OWNER TO ${quoteIdentifier(String(own.owner))}`, does: 'keep the owner' },
    ...privileges(kept),
    ...commentOn(what, own),
    ...labelsOf(what, own),
  ];
}

/** Default privileges may give what the old one did not have, and the owner may have less than all. */
function privileges({ catalog, word, printed, own }: Kept): readonly DraftStep[] {
  const isRoutine = word === 'FUNCTION' || word === 'PROCEDURE';
  const owner = String(own.owner);
  const on = `ON ${isRoutine ? word : 'TABLE'} ${printed}`;
  const given = Object.entries(catalog.objects['default privileges'] ?? {})
    .filter(([name]) => name.endsWith(isRoutine ? ' on functions' : ' on tables'))
    .flatMap(([, { acl }]) => granteesIn(acl, null));
  if (own.acl === undefined && given.length === 0) return [];
  const all = isRoutine ? 'X' : catalog.server.major >= 17 ? 'arwdDxtm' : 'arwdDxt';
  const asItem = /^\w+$/.test(owner) ? owner : `"${owner.replaceAll('"', '""')}"`;
  const whole = `${asItem}=${all}/${asItem}`;
  const acl = Array.isArray(own.acl) ? own.acl : [whole, ...(isRoutine ? [`=X/${asItem}`] : [])];
  const grants = grantsOf(
    acl.filter((item) => item !== whole),
    ` ${on}`,
    owner,
  );
  if (grants === null)
    throw new CannotRenew(`Somebody else than the owner has granted privileges on ${word.toLowerCase()} ${printed}.`);
  const away = new Set([...given, ...(isRoutine ? [''] : [])]);
  if (acl.includes(whole)) away.delete(owner);
  else away.add(owner);
  return [
    ...[...away].map((grantee) => ({
      sql: `REVOKE ALL ${on} FROM ${grantee === '' ? 'PUBLIC' : quoteIdentifier(grantee)}`,
      does: 'undo default privileges',
    })),
    ...grants.map((sql) => ({ sql, does: 'keep privileges' })),
  ];
}

/** What the columns of a view have besides what its query gives them. */
export function keptColumns({ catalog, word, printed, own }: Kept): readonly DraftStep[] {
  const whole = `${word.toLowerCase()} ${printed}`;
  return Object.entries(catalog.objects.column ?? {}).flatMap(([name, column]): readonly DraftStep[] => {
    if (column.on !== whole) return [];
    const quoted = quoteIdentifier(partsOfName(name).at(-1) ?? '');
    const alter = (sql: string, does: string) => ({
      sql: `ALTER ${word} ${printed} ALTER COLUMN ${quoted} ${sql}`,
      does,
    });
    const grants = grantsOf(column.acl, ` (${quoted}) ON TABLE ${printed}`, String(own.owner));
    if (grants === null)
      throw new CannotRenew(`Somebody else than the owner has granted privileges on columns of ${whole}.`);
    const options = Array.isArray(column.options) ? column.options.map(String) : [];
    return [
      ...(typeof column.default === 'string' ? [alter(`SET DEFAULT ${column.default}`, 'keep the default')] : []),
      ...(column.statistics === undefined
        ? []
        : [alter(`SET STATISTICS ${column.statistics}`, 'keep the statistics target')]),
      ...(options.length === 0 ? [] : [alter(`SET (${options.join(', ')})`, 'keep the options')]),
      ...(typeof column.storage === 'string' ? [alter(`SET STORAGE ${column.storage}`, 'keep the storage')] : []),
      ...(typeof column.compression === 'string'
        ? [alter(`SET COMPRESSION ${column.compression}`, 'keep the compression')]
        : []),
      ...grants.map((sql) => ({ sql, does: 'keep privileges' })),
      ...commentOn(`COLUMN ${printed}.${quoted}`, column),
      ...labelsOf(`COLUMN ${printed}.${quoted}`, column),
    ];
  });
}
