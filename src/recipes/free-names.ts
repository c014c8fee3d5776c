// Which name can an object have for a while that no other one has?
import { type Catalog, partsOfName } from '../database/catalog/index.ts';

/** A name has room for 63 bytes; what is counted up takes some of them. */
const room = 60;

export type FreeNames = (wanted: string) => string;

/** No object of these kinds has such a name, in any schema, nor has one been given out before. */
export function freeNames({ objects }: Catalog, kinds: readonly string[], also: readonly string[] = []): FreeNames {
  const taken = new Set(also);
  for (const kind of kinds) {
    for (const printed of Object.keys(objects[kind] ?? {})) {
      taken.add(partsOfName(printed.replace(/\(.*\)$/s, '')).at(-1) ?? '');
    }
  }
  return (wanted) => {
    const name = firstFree(wanted, room, (one) => taken.has(one));
    taken.add(name);
    return name;
  };
}

/** The name that is wanted, cut to so many bytes, or the first of those counted up from it. */
export function firstFree(wanted: string, bytes: number, isTaken: (name: string) => boolean): string {
  const short = clipped(wanted, bytes);
  for (let pass = 0; ; pass += 1) {
    const name = pass === 0 ? short : `${short}${pass}`;
    if (!isTaken(name)) return name;
  }
}

/** Never cuts through a character. */
function clipped(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  let kept = '';
  for (const character of text) {
    if (encoder.encode(kept + character).length > bytes) break;
    kept += character;
  }
  return kept;
}
