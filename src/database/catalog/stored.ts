// How is a catalog kept as text, and read again?
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { type Catalog, catalogFormat } from './value.ts';

/** The same text for equal catalogs of the same server version, but for their identities. */
export function serializeCatalog(catalog: Catalog): string {
  return JSON.stringify(catalog);
}

/** Of what `serializeCatalog` made, by this program or an older one. */
export function parseCatalog(text: string): Catalog {
  const catalog: Catalog = JSON.parse(text);
  if (catalog.format !== catalogFormat) throw otherFormat(catalog.format);
  return Object.freeze(catalog);
}

function otherFormat(format: number): Failure {
  return new Failure(
    problem(
      'catalog-format',
      `the recorded catalog has format ${format}, and this Roadbook reads format ${catalogFormat}`,
      {
        hint:
          format > catalogFormat
            ? 'Use the newer Roadbook that recorded it.'
            : 'Run `roadbook apply`: it records the catalog anew in the format of today.',
      },
    ),
    'usage',
  );
}
