// How do the old values of a column come back when its type does?
import { createHash } from 'node:crypto';
import { type Catalog, partsOfName } from '../database/catalog/index.ts';
import { propertiesIn } from '../definitions/before.ts';
import { textOf } from '../definitions/define.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { BackContext } from './back-context.ts';
import { lastOf } from './columns-back.ts';
import type { KeptValues } from './kept.ts';

/**
 * One of the statements is the ALTER TABLE … ALTER COLUMN … TYPE itself: it takes the place of the plain one, so what is in
 * its way is away by then. Those before and behind it make and drop what it needs. A value that is still what the old one
 * became is the old one again; one that was written since is cast.
 */
export function valuesBack(kept: KeptValues, { live, renamed, target }: BackContext): readonly string[] {
  const { table, column, key } = kept;
  const [now, then] = [renamed, target].map((catalog) => textOf(propertiesIn(catalog, 'column', column) ?? {}, 'type'));
  const fresh = kept.told.new;
  if (now === undefined || then === undefined || now === then || typeof fresh !== 'string') return [];
  const own = lastOf(column);
  const parkedTypes = [...key, fresh].map((name) =>
    textOf(propertiesIn(live, 'column', `${kept.name}.${name}`) ?? {}, 'type'),
  );
  if (parkedTypes.some((type) => type === undefined)) return [];
  const routine = `roadbook_parked.${quoteIdentifier(`back_${createHash('sha256').update(kept.name).digest('hex').slice(0, 16)}`)}`;
  const given = key.map((_, index) => `${parkedTypes[index]}`);
  const signature = `${routine}(${[now, ...given].join(', ')})`;
  const found = [
    ...key.map((name, index) => `p.${name} OPERATOR(pg_catalog.=) $${index + 2}`),
    ...(kept.told.byNew === true ? [`p.${fresh} OPERATOR(pg_catalog.=) $1`] : []),
  ];
  // Images, since not every type knows what is equal; and 1.0 is not 1.00 to those who read it.
  const same = `ROW(p.${fresh})::pg_catalog.record OPERATOR(pg_catalog.*=) ROW($1)::pg_catalog.record`;
  const byText = isByText(now, then, live) ? '::pg_catalog.text' : '';
  const body = [
    'DECLARE',
    // INTO would take a row apart.
    '  old record;',
    'BEGIN',
    `  FOR old IN SELECT p.${lastOf(column)} AS value FROM ${kept.name} AS p WHERE ${[...found, same].join(' AND ')} LOOP`,
    '    RETURN old.value;',
    '  END LOOP;',
    `  RETURN $1${byText}::${then};`,
    'END',
  ].join('\n');
  const args = key.map((name, index) => `${name}::${given[index]}`);
  const word = `ALTER TABLE ${table} ALTER COLUMN ${own}`;
  const [has, gets] = [renamed, target].map(
    (catalog) => propertiesIn(catalog, 'column', column)?.default !== undefined,
  );
  return [
    `CREATE FUNCTION ${signature} RETURNS ${then} LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $roadbook$\n${body}\n$roadbook$`,
    ...(has && !gets ? [`${word} DROP DEFAULT`] : []),
    `${word} TYPE ${then} USING ${routine}(${[own, ...args].join(', ')})`,
    `DROP FUNCTION ${signature}`,
  ];
}

/** From a type of the user's own, or to one, values come by what they print where no cast is made for it. */
function isByText(now: string, then: string, { objects }: Catalog): boolean {
  const [was, is] = [now, then].map((type) => type.replace(/\[\]$/, ''));
  const isOwn = (type = '') => partsOfName(type).length > 1 && objects.domain?.[type] === undefined;
  return objects.cast?.[`(${was} as ${is})`] === undefined && (isOwn(was) || isOwn(is));
}
