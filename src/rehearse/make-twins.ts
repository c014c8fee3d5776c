// How do twins of a database come about, the first one and further ones?
import { fingerprint } from '../database/catalog/index.ts';
import { serverError } from '../database/server-error.ts';
import type { OnEvent } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';
import { version } from '../model/version.ts';
import type { Live } from '../plan/live.ts';
import { fillTwin, setTwin } from './fill-twin.ts';
import { standIn } from './stand-in.ts';
import { createTwin, hasDatabase, keepAsTemplate, type TwinDatabase, touchTemplate } from './twin-databases.ts';
import { templateName } from './twin-mark.ts';
import { dropRoles, makeRoles, rolesIn } from './twin-roles.ts';
import type { TwinServer } from './twin-server.ts';

export interface Made {
  readonly twin: TwinDatabase;
  /** Its schema was made by an earlier rehearsal. */
  readonly kept: boolean;
  readonly notes: readonly Problem[];
}

export interface TwinMaker extends AsyncDisposable {
  /** Looks as the database does, without a row. Throws NotFilled where the server refuses something of it. */
  fresh(): Promise<Made>;
  /** The same with what is in this one, in which nobody is. */
  copy(of: TwinDatabase): Promise<TwinDatabase>;
}

/** Of nothing where `live` is null. */
export async function twinMaker(server: TwinServer, live: Live | null, onEvent: OnEvent): Promise<TwinMaker> {
  if (live === null) {
    return {
      fresh: async () => ({ twin: await createTwin(server), kept: false, notes: [] }),
      copy: (of) => createTwin(server, of.name),
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const { admin, owned } = server;
  const { schema, settings } = standIn(live.catalog, server.kind !== 'server');
  const template = templateName([fingerprint(schema), server.version, version]);
  const roles = owned ? await makeRoles(admin, rolesIn(live.catalog)) : [];

  /** What no copy of a database brings. */
  const set = (twin: TwinDatabase) =>
    orDropped(twin, async (made) => {
      await using connection = await made.open();
      await setTwin(connection, settings, live.searchPath);
      return made;
    });

  async function filled(): Promise<Made> {
    onEvent({ type: 'rehearsing', what: 'on a twin of the database, which is made' });
    return orDropped(await createTwin(server), async (twin) => {
      await using connection = await twin.open();
      return { twin, kept: false, notes: await fillTwin(connection, schema) };
    });
  }

  async function fromTemplate(): Promise<Made> {
    if (await hasDatabase(admin, template)) {
      try {
        await touchTemplate(admin, template);
        return { twin: await createTwin(server, template), kept: true, notes: [] };
      } catch (error) {
        // Swept by another process in this very moment.
        if (serverError(error)?.sqlstate !== '3D000') throw error;
      }
    }
    const made = await filled();
    // One that is not quite the same is made anew each time, so that each rehearsal says so.
    if (made.notes.length > 0) return made;
    await keepAsTemplate(admin, made.twin, template);
    return { ...made, twin: await createTwin(server, template) };
  }

  return {
    fresh: async () => {
      const made = owned ? await fromTemplate() : await filled();
      return { ...made, twin: await set(made.twin) };
    },
    copy: async (of) => set(await createTwin(server, of.name)),
    [Symbol.asyncDispose]: () => dropRoles(admin, roles),
  };
}

async function orDropped<Result>(twin: TwinDatabase, work: (twin: TwinDatabase) => Promise<Result>): Promise<Result> {
  try {
    return await work(twin);
  } catch (error) {
    await twin.drop().catch(() => {});
    throw error;
  }
}
