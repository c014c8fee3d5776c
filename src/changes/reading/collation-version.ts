// Why is it dangerous to say that a collation’s version is right again?
import type { Hazard } from '../../model/hazard.ts';

export function versionRefreshed(object: string): Hazard {
  return {
    code: 'collation-refresh-hides-corruption',
    family: 'data',
    severity: 'error',
    message: `indexes of ${object} may be wrong, and nothing warns of it any more`,
    why: 'The library sorts otherwise than when they were built: rows are not found through them, and a unique index lets duplicates in. REFRESH only writes down the new version. Which version a machine has differs between environments.',
    instead:
      'REINDEX every index on text that uses it first, and refresh the version after them: `roadbook apply` builds large ones CONCURRENTLY. With another tool write REINDEX … CONCURRENTLY, each in a migration of its own.',
  };
}
