// What is rehearsed, on which twins, with which rows, and by which ways?
import type { OnEvent } from '../model/event.ts';
import type { ReadMigration } from '../read/index.ts';
import type { TwinMaker } from './make-twins.ts';
import { goBack, goByPlan, type Surroundings } from './planned-way.ts';
import type { Sample } from './rows-sample.ts';
import type { TwinServer } from './twin-server.ts';

export interface Ways {
  readonly goByPlan: typeof goByPlan;
  readonly goBack: typeof goBack;
}

export const usualWays: Ways = { goByPlan, goBack };

export interface Rehearsal {
  readonly server: TwinServer;
  readonly maker: TwinMaker;
  /** In the order in which they run. */
  readonly migrations: readonly ReadMigration[];
  readonly around: Surroundings;
  /** Null: rows are generated. */
  readonly sample: Sample | null;
  readonly onEvent: OnEvent;
  readonly ways: Ways;
  /** What is rehearsed may make roles, which are the server's. */
  readonly makesRoles: boolean;
}
