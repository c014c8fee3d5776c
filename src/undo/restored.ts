// How is it said of what was kept that it is back, so that nobody brings it back again?
import { type Catalog, partsOfName } from '../database/catalog/index.ts';
import { propertiesIn } from '../definitions/before.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { Kept } from './kept.ts';

/** It stays, under another name: another run of the migration takes its own. */
export function markedRestored({ kind, name, told }: Kept, live: Catalog): readonly string[] {
  const own = partsOfName(name).at(-1) ?? name;
  const to = freeName(own, kind, live);
  const comment = JSON.stringify({ ...told, restored: `undo of ${String(told.migration)}` });
  return [
    `ALTER TABLE ${name} RENAME TO ${quoteIdentifier(to)}`,
    `COMMENT ON TABLE roadbook_parked.${quoteIdentifier(to)} IS ${quoteLiteral(comment)}`,
  ];
}

function freeName(own: string, kind: string, live: Catalog): string {
  for (let number = 1; ; number += 1) {
    const behind = `_back_${number}`;
    let words = '';
    // PostgreSQL keeps 63 bytes of a name.
    for (const character of own) {
      if (new TextEncoder().encode(words + character + behind).length > 63) break;
      words += character;
    }
    if (propertiesIn(live, kind, `roadbook_parked.${quoteIdentifier(words + behind)}`) === undefined)
      return words + behind;
  }
}
