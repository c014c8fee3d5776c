// What does the embedded PostgreSQL server offer?
export { type Binaries, findBinaries, installedMajors } from './binaries.ts';
export { type EmbeddedServer, type StartOptions, startEmbedded } from './start.ts';
export { type EmbeddedStatus, embeddedStatus, removeEmbedded, stopEmbedded } from './stop.ts';
