// Do the statements between two catalogs lead from each side of a pair to the other, on one server?
import { type Catalog, compareCatalogs, type Properties, readCatalog } from '../../../src/database/catalog/index.ts';
import { wayBetween } from '../../../src/definitions/difference.ts';
import type { Difference } from '../../../src/model/verdict.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import { droppable, opened } from '../catalog/opened.ts';
import type { Pair } from '../catalog/pair.ts';
import { rolesSql } from '../catalog/rich.ts';

export interface Miss {
  readonly way: 'back' | 'forth';
  readonly pair: string;
  /** What was left different, what failed, or a sentence about what no statement can do. */
  readonly what: string;
}

interface Tagged {
  /** As it is written, with its mark for names. */
  readonly pair: string;
  readonly tag: string;
  readonly setup: string;
  readonly alteration: string;
  readonly expected: readonly string[];
}

/**
 * All setups stand in one database, and all alterations after them. The way back is walked pair by pair, each in a transaction of
 * its own: a catalog of what bears the pair's name and of what is nobody's. Then the same forth.
 */
export async function leadPairs(major: number, pairs: readonly Pair[]): Promise<readonly Miss[]> {
  await using database = await freshDatabase(major);
  await database.query('set allow_in_place_tablespaces = on');
  await database.query(`create tablespace catalog_space location ''`).catch(() => {});
  await database.query(`${rolesSql} set allow_system_table_mods = on; set client_min_messages = error`);
  const tagged = pairs
    .filter((one) => one.since <= major && major <= one.until)
    .map((one, index): Tagged => {
      const tag = `p${index}q`;
      const fill = (text: string) => text.replaceAll('@', tag);
      const pair = `${one.setup} -> ${one.alteration}`;
      return { tag, pair, setup: fill(one.setup), alteration: fill(one.alteration), expected: one.expected.map(fill) };
    });
  for (const { tag, setup } of tagged)
    await database.query(
      `create schema ${tag}; create schema ${tag}_b; set search_path = ${tag}, pg_catalog; ${setup}`,
    );
  await using connection = await opened(database.url);
  const before = await readCatalog(connection);
  for (const { tag, alteration } of tagged) await database.query(`set search_path = ${tag}, pg_catalog; ${alteration}`);
  const after = await readCatalog(connection);
  await database.query(`set search_path = ''; set check_function_bodies = off`);
  const groups = grouped(tagged);
  const missed: Miss[] = [];
  /** Where the way back was not found there is none to go forth again. */
  const lost = new Set<string>();
  for (const [from, to, way] of [
    [after, before, 'back'],
    [before, after, 'forth'],
  ] as const) {
    const there = sliced(from, groups);
    const wanted = sliced(to, groups);
    const nobodys = there.get('') ?? [];
    for (const group of groups) {
      if (lost.has(group.pair)) continue;
      const { moves, cannot } = wayBetween(own(there, group, nobodys, from), own(wanted, group, nobodys, to));
      const statements = moves.flatMap((move) => move.statements);
      const failure = cannot.length > 0 ? cannot.join(' ') : await walk(database, statements);
      if (failure === null) continue;
      lost.add(group.pair);
      missed.push({ way, pair: group.pair, what: unmarked(failure) });
    }
    const failed = new Set(lost);
    const reached = await readCatalog(connection);
    for (const one of compareCatalogs(to, reached, { ignore: ['.order'] })) {
      const text = line(one);
      const group = groups.find(
        ({ tags, expected }) => tags.some((tag) => bears(text, tag)) || expected.includes(text),
      );
      if (group !== undefined && failed.has(group.pair)) continue;
      if (group !== undefined) lost.add(group.pair);
      missed.push({ way, pair: group?.pair ?? '', what: unmarked(`${text} was left: ${one.actual}`) });
    }
  }
  await droppable(database);
  return missed;
}

const line = ({ kind, object, change, property }: Difference): string =>
  change === 'differs' ? `${kind} ${object}: ${property}` : `${change === 'missing' ? '-' : '+'} ${kind} ${object}`;

const unmarked = (text: string): string => text.replaceAll(/p\d+q/g, '@');

const bears = (text: string, tag: string): boolean => new RegExp(`\\b${tag}(?![a-z0-9])`).test(text);

interface Group {
  readonly tags: readonly string[];
  readonly expected: readonly string[];
  readonly pair: string;
}

/** Pairs that alter owner or privileges of the same object, which bears no name of theirs, are led together. */
function grouped(tagged: readonly Tagged[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { tag, pair, expected } of tagged) {
    const shared = expected.find((text) => !bears(text, tag) && /: (owner|acl)$/.test(text))?.split(': ')[0];
    const key = shared ?? tag;
    const before = groups.get(key);
    groups.set(key, {
      tags: [...(before?.tags ?? []), tag],
      expected: [...(before?.expected ?? []), ...expected],
      pair: before === undefined ? pair : `${before.pair} and ${pair}`,
    });
  }
  return [...groups.values()];
}

type Named = readonly [string, string, Properties];
type Slices = ReadonlyMap<string, readonly Named[]>;

/** Objects by the tag that they bear; under the empty one those that bear none. */
function sliced(catalog: Catalog, groups: readonly Group[]): Slices {
  const tags = new Set(groups.flatMap((group) => group.tags));
  const slices = new Map<string, Named[]>();
  for (const [kind, named] of Object.entries(catalog.objects))
    for (const [name, properties] of Object.entries(named)) {
      const text = `${name} ${JSON.stringify(properties)}`;
      const borne = [...text.matchAll(/p\d+q/g)].map(([tag]) => tag).find((tag) => tags.has(tag)) ?? '';
      slices.set(borne, [...(slices.get(borne) ?? []), [kind, name, properties]]);
    }
  return slices;
}

/** What is nobody's is taken from `now`, but for what the group alters. */
/** What is nobody's is as it is on the side that is led from, but for what the group alters. */
function own(slices: Slices, { tags, expected }: Group, nobodys: readonly Named[], catalog: Catalog): Catalog {
  const objects: Record<string, Record<string, Properties>> = {};
  const put = ([kind, name, properties]: Named) => {
    objects[kind] = { ...objects[kind], [name]: properties };
  };
  const about = ([kind, name]: Named) =>
    expected.filter((text) => text.replace(/^[-+] /, '').split(': ')[0] === `${kind} ${name}`);
  for (const one of nobodys) if (!about(one).some((text) => /^[-+] /.test(text))) put(one);
  for (const [kind, name, properties] of slices.get('') ?? []) {
    const texts = about([kind, name, properties]);
    if (texts.length === 0) continue;
    const there = objects[kind]?.[name] ?? properties;
    const altered = texts.map((text) => text.split(': ')[1]);
    const one = Object.entries(properties).filter(([property]) => altered.includes(property));
    const other = Object.entries(there).filter(([property]) => !altered.includes(property));
    put([kind, name, texts.some((text) => /^[-+] /.test(text)) ? properties : Object.fromEntries([...one, ...other])]);
  }
  for (const tag of tags) for (const one of slices.get(tag) ?? []) put(one);
  return { ...catalog, objects };
}

async function walk(database: TestDatabase, statements: readonly string[]): Promise<string | null> {
  let at = 'begin';
  try {
    await database.query(at);
    for (at of statements) await database.query(at);
    at = 'commit';
    await database.query(at);
    return null;
  } catch (error) {
    await database.query('rollback');
    return `${error instanceof Error ? error.message : String(error)}: ${at} (of ${statements.join('; ')})`;
  }
}
