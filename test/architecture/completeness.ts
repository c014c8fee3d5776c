// What is missing for the files on a shelf: a test, a page?
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { members, type Shelf } from '../../scripts/shelves.mjs';

/** One line for each thing that is not there. A folder of cases counts from its first case on. */
export function missing(top: string, shelf: Shelf): string[] {
  return members(top, shelf).flatMap((name) => {
    const places = shelf.tests(name);
    const tested = places.some(
      (place) =>
        existsSync(join(top, place)) &&
        (!place.endsWith('/') || readdirSync(join(top, place)).some((file) => file.endsWith('.md'))),
    );
    return [
      ...(tested
        ? []
        : [
            `${shelf.folder}/${name}.ts has no test. Write ${places[0]}${places[0]?.endsWith('/') ? '<case>.md' : ''}; npm run new makes a first one.`,
          ]),
      ...(existsSync(join(top, shelf.page(name)))
        ? []
        : [`${shelf.folder}/${name}.ts has no page ${shelf.page(name)}. Run npm run generate.`]),
    ];
  });
}
