// What does a pace have to know of where it is asked for?
import type { Connection, Server } from '../../database/connection.ts';
import type { At } from './at.ts';

/** What giving way to others takes. */
export interface Surroundings {
  readonly connection: { readonly server: Pick<Server, 'major'> };
  readonly run: Pick<At['run'], 'signal' | 'maxWaitMs' | 'onEvent'>;
  readonly migration: Pick<At['migration'], 'id'>;
  readonly place: Pick<At['place'], 'stage'>;
}

/** What all of it takes. */
export interface PacedAt extends Surroundings {
  readonly connection: Surroundings['connection'] & Pick<Connection, 'another'>;
  readonly run: Surroundings['run'] & {
    readonly pace: At['run']['pace'];
    readonly lease: Pick<At['run']['lease'], 'register'>;
  };
}
