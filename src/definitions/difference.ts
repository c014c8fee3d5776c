// Which statements lead from one catalog to another?
import type { Catalog } from '../database/catalog/index.ts';
import { annotated } from './annotations.ts';
import { altered, type Deed, type Move, made, taken } from './deeds.ts';
import { type Altering, isCannot } from './define.ts';
import { holding, putAside } from './held.ts';
import { definitions } from './kinds/index.ts';
import { originStays } from './lineage.ts';
import { inOrder } from './order.ts';
import { disturbedBy, sameBut, sidesOf, silentIn, spread, standsFor, wholesOfBound } from './sides.ts';

export interface WayBetween {
  readonly moves: readonly Move[];
  /** What no statement can do, each a whole sentence. */
  readonly cannot: readonly string[];
}

/** Objects that are equal are left alone, unless what they use is made anew. */
export function wayBetween(from: Catalog, to: Catalog): WayBetween {
  const cannot: string[] = [];
  const sides = sidesOf(from, to);
  const alters = new Map<string, Altering>();
  const anew = new Set<string>();
  const gone = [...sides.from.keys()].filter((key) => !sides.to.has(key));
  for (const [key, was] of sides.from) {
    const is = sides.to.get(key);
    if (is === undefined) continue;
    const origin = originStays(was, is);
    if (origin !== null) cannot.push(origin);
    if (sameBut(was, is, [])) continue;
    const altering = sameBut(was, is, annotated) ? { statements: [] } : definitions[is.kind].alter(was, is);
    if (altering === null) anew.add(standsFor(was, ''));
    else if (isCannot(altering)) cannot.push(altering.cannot);
    else {
      alters.set(key, altering);
      if (altering.disturbs === true) for (const user of disturbedBy(key, sides)) anew.add(user);
    }
  }
  for (const whole of wholesOfBound([...anew, ...gone], sides)) anew.add(whole);
  const held = spread(anew, gone, sides);
  const { beside, deeds: holdingDeeds } = holding(held, anew, sides, cannot);
  const deeds: Deed[] = [];
  const away = new Set([...gone, ...anew]);
  const silent = silentIn(sides, away);
  for (const key of away) {
    const object = sides.from.get(key);
    if (object === undefined || silent.has(key)) continue;
    const aside = beside.get(key);
    const taking = aside === undefined ? definitions[object.kind].take(object, to) : putAside(object, aside);
    if (isCannot(taking)) cannot.push(taking.cannot);
    else deeds.push(taken(key, taking, { anew: anew.has(key), silent }, sides));
  }
  deeds.push(...holdingDeeds, ...made(anew, sides, cannot));
  for (const [key, altering] of alters)
    if (!anew.has(key) && !held.has(key)) deeds.push(...altered(key, altering, sides, cannot));
  const all = deeds.flatMap(({ key }) => (key.startsWith('late ') ? [] : [key]));
  const waiting = deeds.map((deed) => (deed.key.startsWith('late ') ? { ...deed, after: all } : deed));
  const moves = inOrder(waiting).filter(({ statements }) => statements.length > 0);
  return {
    moves: moves.map(({ object, does, anew: again, statements, commits }) => ({
      object,
      does,
      anew: again,
      statements,
      ...(commits === undefined ? {} : { commits }),
    })),
    cannot,
  };
}

export type { Move } from './deeds.ts';
