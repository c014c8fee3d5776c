// Do the statements that lead from one catalog to another lead there?
import type { Client } from 'pg';
import { type Catalog, compareCatalogs } from '../../src/database/catalog/index.ts';
import { type WayBetween, wayBetween } from '../../src/definitions/difference.ts';
import { loadParser } from '../../src/sql/index.ts';
import { differenceSentence } from '../../src/verify/difference-sentence.ts';
import { catalogOf } from './end-state.ts';
import { openClient } from './relations.ts';

export interface WayTaken {
  /** Null: this server refuses the SQL itself. */
  readonly refused: string | null;
  /** Sentences, such as: what was left different. */
  readonly wrong: readonly string[];
  readonly cannot: readonly string[];
}

/** From what the SQL makes back to what was there, and forth again. */
export async function wayAndBack(url: string, sql: string): Promise<WayTaken> {
  const client = await openClient(url);
  try {
    const before = await catalogOf(url);
    const refused = await each(client, sql);
    if (refused !== null) return { refused, wrong: [], cannot: [] };
    const after = await catalogOf(url);
    const back = await lead(client, url, after, before);
    if (back.wrong.length > 0)
      return { refused: null, wrong: back.wrong.map((one) => `back: ${one}`), cannot: back.cannot };
    if (back.cannot.length > 0) return { refused: null, ...back };
    const forth = await lead(client, url, before, after);
    return {
      refused: null,
      wrong: forth.wrong.map((one) => `forth: ${one}`),
      cannot: [...back.cannot, ...forth.cannot],
    };
  } finally {
    await client.end();
  }
}

async function lead(client: Client, url: string, from: Catalog, to: Catalog): Promise<Omit<WayTaken, 'refused'>> {
  const way = wayBetween(from, to);
  if (way.cannot.length > 0) return { wrong: [], cannot: way.cannot };
  const failed = await walk(client, way);
  if (failed !== null) return { wrong: [failed], cannot: [] };
  const differences = compareCatalogs(to, await catalogOf(url), { ignore: ['.order'] })
    // Nobody wants an INVALID index back.
    .filter(({ property, expected }) => !(property === 'valid' && expected === 'false'));
  return { wrong: differences.map(differenceSentence), cannot: [] };
}

async function walk(client: Client, { moves }: WayBetween): Promise<string | null> {
  const statements = moves.flatMap((move) => move.statements);
  await client.query('set check_function_bodies = off');
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      return `${error instanceof Error ? error.message : String(error)}: ${statement} (of ${statements.join('; ')})`;
    }
  }
  return null;
}

/** In one transaction where PostgreSQL allows it. */
async function each(client: Client, sql: string): Promise<string | null> {
  const parser = await loadParser();
  const { statements } = parser.split(sql, 'way');
  const together = statements.map(({ text }) => text);
  const alone = together.some((text) =>
    /\b(concurrently|vacuum|create database|alter system|add value|commit)\b/i.test(text),
  );
  const ways = alone ? [together] : [['begin', ...together, 'commit'], together];
  let refused: string | null = null;
  for (const texts of ways) {
    refused = null;
    try {
      for (const text of texts) await client.query(text);
    } catch (error) {
      refused = error instanceof Error ? error.message : String(error);
      await client.query('rollback');
    }
    if (refused === null) break;
  }
  await client.query('reset all; reset session authorization; reset role');
  return refused;
}
