// Between which sides of a pair does no way lead, and why?
import type { Miss } from './pairs-on-a-server.ts';

/** In the text of the pair, and in what comes of it. */
type Unled = readonly [pair: string, what: string];

export const isUnled = ({ pair, what }: Miss, [inPair, inWhat]: Unled): boolean =>
  pair.includes(inPair) && what.includes(inWhat);

/** No statement does it, or the catalog does not hold what one would need: a sentence says so, and nothing is run. */
const said: readonly Unled[] = [
  ['-> drop subscription', 'the catalog does not hold its connection string'],
  ['-> create subscription', 'the catalog does not hold its connection string'],
  [`options (add password 'y')`, 'taken for a secret'],
  ['set datallowconn = false', 'cannot be forbidden from within'],
  ['set collencoding = 6', 'follows from its provider'],
  ['alter extension intarray update', 'newer versions only'],
  ['alter index @.i attach partition @.j', 'No statement takes index @.j out'],
  ['-> alter table @.c no inherit @.p', 'came from a parent alone'],
  ['-> drop table @.c; create table @.c (', 'came from a parent alone'],
  ['inherits (@.q, @.p)', 'The order of the parents'],
  ['disable trigger all', 'which only a superuser can do'],
];

/** Somebody changed the system catalogs by hand into what no statement makes, or leads out of. */
const byHand: readonly Unled[] = [
  ['insert into pg_seclabel', 'is not loaded'],
  ['insert into pg_shseclabel', 'is not loaded'],
  [`set typoutput = '@.o2'`, 'other objects depend on it'],
  [`set typinput = 'textin'`, 'other objects depend on it'],
  [`set subtwophasestate = 'e'`, 'does not have a slot name'],
  ['set subfailover = true', 'does not have a slot name'],
  ['set subenabled = true', 'does not have a slot name'],
  [`set prsstart = 'prsd_headline'`, 'does not exist'],
  [`set prstoken = 'prsd_headline'`, 'does not exist'],
  [`set prsend = 'prsd_headline'`, 'does not exist'],
  [`set prslextype = 'prsd_headline'`, 'does not exist'],
  ['set aggnumdirectargs = 1', 'direct arguments was left'],
  ['insert into pg_depend', 'already exists'],
  [`set extowner = 'catalog_a'`, 'no statement that gives extension'],
  [`set typowner = 'catalog_a'`, 'no statement that gives shell type'],
  ['set inhdetachpending = true', 'detach pending was left'],
  ['set indisvalid = false', 'valid was left'],
  ['set indisready = false', 'ready was left'],
  ['set indislive = false', 'live was left'],
];

/** Of older versions only. */
export const formerly: readonly Unled[] = [
  ['create table @.t (a int) using @_am', 'cannot be changed before PostgreSQL 15'],
  [`set subtwophasestate = 'e'`, 'cannot be changed before PostgreSQL 18'],
];

export const unled: readonly Unled[] = [...said, ...byHand];
