// Are rows that are written between the stages of a change of type as right as those that were there before?
import { expect, test } from 'vitest';
import { batchStatements } from '../../harness/batches.ts';
import { parseCase } from '../../harness/case.ts';
import { catalogOf, differentEnds, endState } from '../../harness/end-state.ts';
import { planCase } from '../../harness/plan-case.ts';
import { openClient } from '../../harness/relations.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';

const text = `# Writers

They go on.

\`\`\`sql before
CREATE TABLE items (
  id serial PRIMARY KEY,
  price integer DEFAULT 7 CHECK (price <> 0),
  parent integer REFERENCES items ON UPDATE CASCADE ON DELETE SET NULL,
  changed integer DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX items_price ON items (price, id) WHERE price IS NOT NULL;
CREATE FUNCTION tidied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.price := abs(NEW.price); NEW.changed := NEW.changed + 1; RETURN NEW; END $$;
CREATE TRIGGER tidied BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION tidied();
\`\`\`

\`\`\`sql rows
INSERT INTO items (price, parent) SELECT nullif(n, 4), nullif(n / 2, 0) FROM generate_series(1, 12) n;
\`\`\`

\`\`\`sql migration
ALTER TABLE items ALTER COLUMN price TYPE numeric(12, 3) USING price / 3.0, ALTER COLUMN id TYPE bigint;
\`\`\`
`;

/** What an application that knows nothing of the change does at the given moment. */
const writes = (moment: number) => [
  `INSERT INTO items (price) VALUES (${-5 - moment}), (DEFAULT), (NULL)`,
  `INSERT INTO items (id, price, parent) VALUES (${100 + moment}, ${moment + 1}, ${moment === 0 ? 'NULL' : 99 + moment})`,
  `UPDATE items SET price = price % 1000 * 10 + 1 WHERE id % 3 = ${moment % 3}`,
  `UPDATE items SET price = NULL WHERE id = ${moment + 2}`,
  `UPDATE items SET id = id + 1000 WHERE id = ${moment + 5}`,
  `DELETE FROM items WHERE id = ${moment + 1}`,
  'SET session_replication_role = replica',
  `UPDATE items SET price = -33 WHERE id = ${100 + moment}`,
  'RESET session_replication_role',
];

test.each(majors)('on PostgreSQL %i', async (major) => {
  const parsed = parseCase(text, 'writers.md');
  await using planned = await freshDatabase(major, parsed.before + parsed.rows);
  await using naive = await freshDatabase(major, parsed.before + parsed.rows);
  const plan = await planCase(parsed, major, await catalogOf(planned.url));
  expect(plan.problems.map(({ code }) => code)).not.toContain('runs-as-written');
  const client = await openClient(planned.url);
  const writer = await openClient(planned.url);
  let moment = 0;
  const write = async () => {
    for (const sql of writes(moment)) {
      await writer.query(sql);
      await naive.query(sql);
    }
    moment += 1;
  };
  try {
    for (const { kind, steps } of plan.stages) {
      await write();
      const [first] = steps;
      if (kind === 'backfill' && first !== undefined) {
        for await (const sql of batchStatements(client, first)) {
          await client.query(sql);
          if (moment < 6) await write();
        }
      } else if (kind === 'concurrent') await client.query(first?.sql ?? '');
      else {
        await client.query('BEGIN');
        for (const { sql } of steps) await client.query(sql);
        await client.query('COMMIT');
      }
    }
  } finally {
    await writer.end();
    await client.end();
  }
  await naive.query(parsed.migration);
  expect(differentEnds(await endState(naive.url, []), await endState(planned.url, []), ['.order'])).toEqual([]);
  expect(moment).toBeGreaterThan(10);
});
