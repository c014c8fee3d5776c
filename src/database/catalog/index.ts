// What does the catalog offer to the rest of Roadbook?
export { type CompareOptions, compareCatalogs, comparisonNotes } from './compare.ts';
export { canonicalText, fingerprint } from './fingerprint.ts';
export { partsOfName } from './printed-name.ts';
export { ourSchemas, type ReadOptions, readCatalog } from './read.ts';
export { bytesOfRow, type RelationSize, readSizes, type Sizes } from './sizes.ts';
export { parseCatalog, serializeCatalog } from './stored.ts';
export {
  type Catalog,
  type CatalogServer,
  catalogFormat,
  type Kind,
  kinds,
  type Named,
  type Properties,
  type Unread,
  type Value,
} from './value.ts';
