// What does an approval of a plan bind to?
import { createHash } from 'node:crypto';
import { type Catalog, fingerprint } from '../database/catalog/index.ts';
import type { MigrationPlan, Stage, Step } from '../model/plan.ts';

/** Increases when the same plan would get another fingerprint. */
const scheme = 1;
/** Crockford's base 32: no letter is taken for another, or for a digit. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * 128 bits of SHA-256 over the migrations' checksums, the live catalog, and what is executed, in its order. How large tables
 * are and what is said about it do not count.
 */
export function planFingerprint(migrations: readonly MigrationPlan[], catalog: Catalog): string {
  const content = {
    scheme,
    catalog: fingerprint(catalog),
    migrations: migrations.map(({ id, checksum, stages }) => [id, checksum, stages.map(ofStage)]),
  };
  const hash = createHash('sha256').update(JSON.stringify(content)).digest();
  let number = BigInt(`0x${hash.subarray(0, 16).toString('hex')}`);
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = `${digits[Number(number % 32n)]}${text}`;
    number /= 32n;
  }
  return text;
}

function ofStage({ kind, settings, steps }: Stage): unknown {
  return [kind, settings, steps.map(ofStep)];
}

function ofStep({ sql, batch }: Step): unknown {
  if (batch === undefined) return sql;
  return [sql, batch.table, batch.alias, batch.key.map(({ name, type }) => [name, type])];
}
