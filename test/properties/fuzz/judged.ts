// What is wrong with what Roadbook says about a text, whatever the text is?
import { isDeepStrictEqual } from 'node:util';
import { changes as kinds } from '../../../src/changes/index.ts';
import { findings } from '../../../src/check/findings.ts';
import { createJudge, type JudgedChange } from '../../../src/check/judge.ts';
import { lockModes } from '../../../src/model/change.ts';
import type { Facts } from '../../../src/model/facts.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { Hazard } from '../../../src/model/hazard.ts';
import { loadParser, type ParsedStatement } from '../../../src/sql/index.ts';
import { planText } from './planned.ts';

const parser = await loadParser();
const judge = createJudge(kinds);
const shelf = new Set(kinds.map(({ kind }) => kind));
const modes = new Set<string>(lockModes);
const families = new Set(['lock', 'application', 'data', 'design']);
const severities = new Set(['error', 'warning', 'note']);

/** `judged` says whether the text was SQL at all; `wrong` is a sentence, or null where all is well. */
export interface Judged {
  readonly judged: boolean;
  readonly kinds: readonly string[];
  readonly wrong: string | null;
}

/** Nothing in a judged text may alter what was known before, nor the syntax trees. */
export async function judgeText(sql: string, facts: Facts): Promise<Judged> {
  let statements: readonly ParsedStatement[];
  try {
    ({ statements } = (await loadParser()).split(sql, 'fuzz.sql'));
  } catch (error) {
    return { judged: false, kinds: [], wrong: error instanceof Failure ? unclearProblem(error) : thrown(error) };
  }
  try {
    frozen(statements.map(({ node }) => node));
    const first = judge(statements, facts);
    const again = judge(statements, facts);
    const migration = {
      id: 'fuzz',
      path: 'fuzz.sql',
      format: 'sql' as const,
      text: sql,
      digest: '',
      description: '',
      options: {},
      statements,
      verify: [],
      undo: null,
      ignores: [],
      checksum: '',
      problems: [],
    };
    const found = findings(migration, 'fuzz.sql', first.changes);
    const wrong =
      (isDeepStrictEqual(first, again) ? null : 'judging it again gives something else') ??
      (isPlain(first.facts) ? null : `the facts are no JSON: ${difference(first.facts)}`) ??
      firstOf(first.changes, (change) => wrongChange(change, statements.length)) ??
      firstOf(
        found,
        ({ message, detail, hint, frame }) => (frame ? null : 'no frame') ?? unclear({ message, detail, hint }),
      ) ??
      planText(migration, facts);
    return { judged: true, kinds: first.changes.map(({ change }) => change.kind), wrong };
  } catch (error) {
    return { judged: true, kinds: [], wrong: thrown(error) };
  }
}

/** The facts that a text leaves, or null where it cannot be judged: then `judgeText` says so. */
export function factsAfter(sql: string, facts: Facts): Facts {
  return frozen(judge(parser.split(sql, 'before.sql').statements, facts).facts);
}

function wrongChange({ change, locks, hazards }: JudgedChange, statements: number): string | null {
  const about = `${change.kind}: `;
  if (!shelf.has(change.kind)) return `${about}no kind of the shelf`;
  if (change.statement < 0 || change.statement >= statements) return `${about}of statement ${change.statement}`;
  if (!isPlain(change)) return `${about}the change is no JSON: ${difference(change)}`;
  const lock = locks.find(({ mode, relation }) => !modes.has(mode) || isUnclear(relation));
  const said =
    unclear({ object: change.object }) ??
    (lock ? `the lock ${JSON.stringify(lock)}` : null) ??
    (isPlain(locks) ? null : 'locks that are no JSON') ??
    firstOf(hazards, wrongHazard);
  return said === null ? null : about + said;
}

function wrongHazard({ code, family, severity, message, why, instead, lock }: Hazard): string | null {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)) return `the hazard code "${code}"`;
  if (!families.has(family)) return `${code}: family ${family}`;
  if (!severities.has(severity)) return `${code}: severity ${severity}`;
  if (lock && (!modes.has(lock.mode) || isUnclear(lock.relation))) return `${code}: lock ${JSON.stringify(lock)}`;
  const said = unclear({ message, why, instead });
  return said === null ? null : `${code}: ${said}`;
}

function unclear(texts: Readonly<Record<string, string | undefined>>): string | null {
  return firstOf(Object.entries(texts), ([name, text]) =>
    text === undefined || isUnclear(text) ? `${name} is ${JSON.stringify(text)}` : null,
  );
}

/** PostgreSQL's NULL is written large; a small one is JavaScript's, unless it stands in a name that needs quotes for more than that. */
const isUnclear = (text: string) =>
  text.trim() === '' ||
  /(?<![\w-])(?:undefined|null|NaN)(?![\w(-])|\[object |\bfunction \w*\(.*\{/.test(text.replaceAll(oddName, 'a'));

const oddName = /"[^"]*[^\w"][^"]*"/g;

function unclearProblem({ problem, message }: Failure): string | null {
  const said = unclear({ code: problem.code, message: problem.message, hint: problem.hint ?? 'x' });
  return said === null ? null : `${said}, told of a text that cannot be read: ${message}`;
}

const thrown = (error: unknown) =>
  error instanceof Error ? `throws ${error.name}: ${error.message}\n${ownFrames(error)}` : `throws ${String(error)}`;

const ownFrames = ({ stack = '' }: Error) =>
  [...stack.matchAll(/(src\/[^\s):]+:\d+)/g)]
    .slice(0, 4)
    .map(([, place]) => place)
    .join(' < ');

const isPlain = (value: unknown) => isDeepStrictEqual(value, JSON.parse(JSON.stringify(value)));

/** Where a value first differs from what JSON makes of it. */
function difference(value: unknown, path = ''): string {
  if (typeof value !== 'object' || value === null) return `${path} is ${String(value)}`;
  const child = Object.entries(value).find(([, inner]) => inner === undefined || !isPlain(inner));
  return child ? difference(child[1], `${path}.${child[0]}`) : `${path} is no plain object`;
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

function firstOf<Item>(items: readonly Item[], wrong: (item: Item) => string | null): string | null {
  for (const item of items) {
    const said = wrong(item);
    if (said !== null) return said;
  }
  return null;
}
