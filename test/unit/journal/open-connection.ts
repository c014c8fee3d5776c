// How do the tests of the journal, and the process they kill, connect?

import { connect } from '../../../src/database/connect.ts';
import type { Connection } from '../../../src/database/connection.ts';
import { resolveTarget } from '../../../src/database/target.ts';
import { holderHere } from '../../../src/journal/index.ts';
import type { Holder } from '../../../src/model/journal.ts';

export async function open(url: string, signal?: AbortSignal): Promise<Connection> {
  const target = resolveTarget({ database: url, env: {} });
  if (!target) throw new Error('no target');
  // As often from the start: a server that began to look every two seconds keeps to that until it has looked once.
  return connect(target, { signal, settings: { client_connection_check_interval: '250ms' } });
}

export const holder: Holder = holderHere('0.1.0', 'apply');
