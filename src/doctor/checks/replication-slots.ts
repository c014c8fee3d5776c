// Do replication slots keep WAL that nobody reads?
import { problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { askSlots, type Slot } from '../../preflight/server/replication.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { defineCheck } from '../define.ts';

/** What an active one may be behind. */
const muchBytes = 1024 * 1024 * 1024;

export const replicationSlots = defineCheck({
  name: 'replication-slots',
  group: 'storage',
  about: 'whether replication slots keep WAL',
  needs: 'database',
  look: async ({ connection }) => ({
    found: (await askSlots(connection))
      .filter(
        ({ active, status, kept }) => !active || status === 'lost' || status === 'unreserved' || kept >= muchBytes,
      )
      .map(told),
  }),
});

function told({ name, active, status, kept }: Slot) {
  const drop = `SELECT pg_drop_replication_slot(${quoteLiteral(name)})`;
  if (status === 'lost')
    return problem('slot-lost', `the replication slot ${name} has lost what its reader needs`, {
      severity: 'warning',
      detail: 'More was written than max_slot_wal_keep_size lets it keep. Whoever reads from it will not go on.',
      hint: `Set that replica or subscriber up anew, and drop the slot: ${drop};`,
    });
  return problem('slot-holds-wal', `the replication slot ${name} keeps ${bytesInWords(kept)} of WAL`, {
    severity: 'warning',
    detail: `${active ? 'Its reader is far behind.' : 'Nobody reads from it.'} The server keeps all of it until it is read${status === 'unreserved' ? '; it is over max_slot_wal_keep_size, and may be lost any moment' : ', until the disk is full'}.`,
    hint: `${active ? 'Look why its reader is behind.' : 'Start its reader again.'} If there is none any more: ${drop};`,
  });
}
