// Whose is a database that stands in for another one, and may it be dropped?
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isSameProcess, startToken } from '../database/embedded/processes.ts';

/** What stands in the comment of a twin, as JSON. */
export interface TwinMark {
  readonly roadbook: 'twin';
  readonly pid: number;
  readonly host: string;
  /** When the process started, as the system tells it. */
  readonly process: string;
  /** ISO 8601. */
  readonly started: string;
}

/** What stands in the comment of a template. */
export interface TemplateMark {
  readonly roadbook: 'template';
  /** ISO 8601. */
  readonly used: string;
}

export type Mark = TwinMark | TemplateMark;

export const twinPattern = '^roadbook_(twin|template)_[0-9a-z_]+$';

const anHourMs = 3_600_000;
const aDayMs = 24 * anHourMs;
const aWeekMs = 7 * aDayMs;
const mostTemplates = 5;

/** When it was made stands in its name too: a process may end before it has written the comment. */
export function twinName(): string {
  return `roadbook_twin_${Date.now().toString(36)}_${randomBytes(5).toString('hex')}`;
}

export function templateName(key: readonly string[]): string {
  return `roadbook_template_${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24)}`;
}

export function ownMark(): TwinMark {
  return {
    roadbook: 'twin',
    pid: process.pid,
    host: hostname(),
    process: startToken(process.pid),
    started: new Date().toISOString(),
  };
}

export function templateMark(): TemplateMark {
  return { roadbook: 'template', used: new Date().toISOString() };
}

export interface Standing {
  readonly name: string;
  readonly comment: string | null;
  /** How many sessions are in it. */
  readonly sessions: number;
}

/** Those that nobody needs any more: of processes that are gone, and templates that are old or too many. */
export function leftovers(found: readonly Standing[], now = Date.now()): readonly string[] {
  const marked = found.map((one) => ({ ...one, mark: readMark(one.comment) }));
  const twins = marked.filter((one) => one.name.startsWith('roadbook_twin_') && isLeft(one, now));
  const templates = marked
    .filter(({ name }) => name.startsWith('roadbook_template_'))
    .map(({ name, mark }) => ({ name, used: mark?.roadbook === 'template' ? Date.parse(mark.used) || 0 : 0 }))
    .sort((a, b) => b.used - a.used)
    .filter(({ used }, index) => index >= mostTemplates || now - used > aWeekMs);
  return [...twins, ...templates].map(({ name }) => name);
}

function isLeft({ name, mark, sessions }: Standing & { readonly mark: Mark | null }, now: number): boolean {
  if (mark?.roadbook !== 'twin') {
    const made = Number.parseInt(/^roadbook_twin_([0-9a-z]+)_/.exec(name)?.[1] ?? '', 36);
    return sessions === 0 && !(now - made < anHourMs);
  }
  if (mark.host === hostname()) return !isSameProcess(mark.pid, mark.process);
  // Whether a process of another machine is alive cannot be told from here.
  return sessions === 0 && now - (Date.parse(mark.started) || 0) > aDayMs;
}

function readMark(comment: string | null): Mark | null {
  try {
    const found: unknown = JSON.parse(comment ?? 'null');
    if (isTwin(found) || isTemplate(found)) return found;
  } catch {}
  return null;
}

function isTwin(found: unknown): found is TwinMark {
  const { roadbook, pid, host, process, started } = { ...fieldsOf(found) };
  return (
    roadbook === 'twin' && typeof pid === 'number' && [host, process, started].every((one) => typeof one === 'string')
  );
}

function isTemplate(found: unknown): found is TemplateMark {
  const { roadbook, used } = { ...fieldsOf(found) };
  return roadbook === 'template' && typeof used === 'string';
}

function fieldsOf(found: unknown): Readonly<Record<string, unknown>> {
  return typeof found === 'object' && found !== null ? Object.fromEntries(Object.entries(found)) : {};
}
