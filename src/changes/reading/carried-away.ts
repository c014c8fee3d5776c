// Can the values of a column be carried away, and by which key are they found again?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { type Key, keyOf } from '../../recipes/key-of.ts';
import { relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { childrenOf } from './add-constraint.ts';

export type CarriedAway = { readonly key: Key } | { readonly cannot: string };

const advice = 'If they may go, say so with `-- roadbook:option park=none`.';

/** `what` is lost otherwise: `The values of column public.users.email`. */
export function carriedAway(
  table: Name,
  column: string,
  what: string,
  facts: Facts,
  way: Way,
  /** The column itself may be part of the key, where there is no other one: it is there afterwards, too. */
  itself: 'with' | 'without' = 'without',
): CarriedAway {
  const lost = `${what} are lost`;
  if (way.options.park === 'in-place')
    return { cannot: `${lost}: a column is not parked in place, only carried away. ${advice}` };
  if (relationFacts(table, facts)?.kind === 'table' && childrenOf(table, facts).length > 0)
    return { cannot: `${lost}: rows of tables that inherit from it are not told apart by its key. ${advice}` };
  const apart = keyOf(table, facts, way, column);
  const key = apart.length === 0 && itself === 'with' ? keyOf(table, facts, way) : apart;
  if (key.length === 0)
    return {
      cannot: `${lost}: ${itself === 'with' ? '' : 'without it '}the table has no key by which they could be carried away. ${advice}`,
    };
  const publication = Object.entries(way.catalog.objects.publication ?? {}).find(
    ([, one]) => one['all tables'] === true,
  );
  if (publication !== undefined)
    return {
      cannot: `${lost}: publication ${publication[0]} would send the table that keeps them to subscribers, which do not know it. ${advice}`,
    };
  return { key };
}
