// What becomes of values when a column gets another type: are they cut, rounded, refused, or read otherwise?
import { type TypeParts, typeParts } from './conversions.ts';

export interface TypeLoss {
  /**
   * `changes`: values become others without a word; `fails`: one that does not fit stops the migration; `depends-on-zone`: a
   * moment is read by the session's time zone; `tidies`: only how it is written is lost.
   */
  readonly how: 'changes' | 'fails' | 'depends-on-zone' | 'tidies';
  /** A whole sentence. */
  readonly what: string;
}

const wholes: Readonly<Record<string, number>> = { smallint: 2, integer: 4, bigint: 8 };
const broken: readonly string[] = ['numeric', 'real', 'double precision', 'money'];
const texts: readonly string[] = ['text', 'character varying', 'character', 'bpchar', 'citext', 'name'];

/** `cast`: whether USING casts by itself, which cuts what an assignment would refuse. Null where all values stay as they are. */
export function typeLoss(from: string, to: string, cast: boolean): TypeLoss | null {
  const [source, goal] = [typeParts(from), typeParts(to)];
  if (source.array !== goal.array) return null;
  return ofTexts(source, goal, cast) ?? ofNumbers(source, goal) ?? ofMoments(source, goal) ?? ofDocuments(source, goal);
}

function ofTexts(from: TypeParts, to: TypeParts, cast: boolean): TypeLoss | null {
  const goals = ['character varying', 'character'];
  const [most] = to.modifiers;
  if (!texts.includes(from.name) || !goals.includes(to.name) || most === undefined) return null;
  const [was] = from.modifiers;
  if (was !== undefined && was <= most) return null;
  return cast
    ? { how: 'changes', what: `Values longer than ${most} characters are cut without a word, since USING casts them.` }
    : { how: 'fails', what: `A value longer than ${most} characters makes the migration fail.` };
}

function ofNumbers(from: TypeParts, to: TypeParts): TypeLoss | null {
  const [size, room] = [wholes[from.name], wholes[to.name]];
  if (size !== undefined && room !== undefined) {
    return room < size
      ? { how: 'fails', what: `A number that ${to.name} cannot hold makes the migration fail.` }
      : null;
  }
  if (broken.includes(from.name) && room !== undefined) {
    if (from.name !== 'numeric' || scale(from) !== 0) {
      return { how: 'changes', what: 'Numbers are rounded to whole ones without a word.' };
    }
    return (from.modifiers[0] ?? 0) < digitsOf(room)
      ? null
      : { how: 'fails', what: `A number that ${to.name} cannot hold makes the migration fail.` };
  }
  if (size !== undefined && ((to.name === 'real' && size > 2) || (to.name === 'double precision' && size > 4))) {
    return { how: 'changes', what: 'Large numbers become the nearest that the type can hold, without a word.' };
  }
  if (from.name === 'double precision' && to.name === 'real') {
    return { how: 'changes', what: 'Numbers keep some six digits of fifteen, without a word.' };
  }
  if (from.name === 'numeric' && (to.name === 'real' || to.name === 'double precision')) {
    return { how: 'changes', what: 'Numbers become the nearest binary ones: 0.1 is not 0.1 any more.' };
  }
  const binary = from.name === 'real' ? 'six' : from.name === 'double precision' ? 'fifteen' : null;
  if (to.name === 'numeric' && to.modifiers.length === 0 && binary !== null) {
    return { how: 'changes', what: `Numbers are rounded to ${binary} digits without a word.` };
  }
  if (to.name !== 'numeric' || to.modifiers.length === 0 || !(broken.includes(from.name) || size !== undefined))
    return null;
  const [digits = 0, decimals = 0] = to.modifiers;
  const left = size === undefined ? decimalsOf(from) : 0;
  if (left === null || left > decimals)
    return { how: 'changes', what: `Numbers are rounded to ${decimals} decimals without a word.` };
  const whole = size === undefined ? (from.modifiers[0] ?? Number.POSITIVE_INFINITY) - left : digitsOf(size);
  return digits - decimals < whole
    ? {
        how: 'fails',
        what: `A number with more than ${digits - decimals} digits before the point makes the migration fail.`,
      }
    : null;
}

/** Of the largest number that so many bytes hold. */
function digitsOf(bytes: number): number {
  return bytes === 2 ? 5 : bytes === 4 ? 10 : 19;
}

function scale({ modifiers }: TypeParts): number | null {
  return modifiers[1] ?? null;
}

/** Null where there is no limit. */
function decimalsOf({ name, modifiers }: TypeParts): number | null {
  if (name === 'money') return 2;
  return name === 'numeric' ? (modifiers[1] ?? null) : null;
}

const moments = ['timestamp without time zone', 'timestamp with time zone'];
const timed = [...moments, 'time without time zone', 'time with time zone', 'interval'];

function ofMoments(from: TypeParts, to: TypeParts): TypeLoss | null {
  if (moments.includes(from.name) && to.name === 'date') {
    return { how: 'changes', what: 'The time of day is cut off without a word.' };
  }
  if (moments.includes(from.name) && to.name.startsWith('time ')) {
    return { how: 'changes', what: 'The day is cut off without a word.' };
  }
  if (from.name !== to.name && moments.includes(from.name) && moments.includes(to.name)) {
    return {
      how: 'depends-on-zone',
      what: 'What moment a value means is decided by the TimeZone of the session that runs the migration, unless USING says AT TIME ZONE.',
    };
  }
  const fewer = (to.modifiers[0] ?? 6) < (from.modifiers[0] ?? 6);
  return timed.includes(from.name) && timed.includes(to.name) && fewer
    ? { how: 'changes', what: `Seconds are rounded to ${to.modifiers[0]} decimals without a word.` }
    : null;
}

function ofDocuments(from: TypeParts, to: TypeParts): TypeLoss | null {
  if (from.name !== 'json' || to.name !== 'jsonb') return null;
  return {
    how: 'tidies',
    what: 'White space, the order of keys and all but the last of repeated keys are lost; \\u0000 in a text makes it fail.',
  };
}

const families: readonly (readonly string[])[] = [
  texts,
  [...Object.keys(wholes), ...broken, 'oid'],
  [...moments, 'date'],
  ['time without time zone', 'time with time zone'],
  ['json', 'jsonb'],
  ['bit', 'bit varying'],
  ['inet', 'cidr'],
];

/** Whether a program that reads and writes the one may well do with the other. */
export function isAlike(from: string, to: string): boolean {
  const [source, goal] = [typeParts(from), typeParts(to)];
  if (source.array !== goal.array) return false;
  return (
    source.name === goal.name || families.some((names) => names.includes(source.name) && names.includes(goal.name))
  );
}
