// What does a case say: what was there, which migration, and what Roadbook tells of it?

/** Written by hand, in this order. */
const given = ['before', 'rows', 'migration', 'by-hand'] as const;
/** Written by `npm run cases -- --update`, in this order. */
const written = ['report', 'locks', 'plan'] as const;
export type WrittenBlock = (typeof written)[number];
type BlockName = (typeof given)[number] | WrittenBlock;

const languages: Readonly<Record<BlockName, string>> = {
  before: 'sql',
  rows: 'sql',
  migration: 'sql',
  'by-hand': 'sql',
  report: 'text',
  locks: 'text',
  plan: 'text',
};
const order: readonly BlockName[] = [...given, ...written];

export interface Case {
  readonly title: string;
  /** Why the case is there; a sentence or a few. */
  readonly sentence: string;
  /** As written: `>=15`, `<=17`, `15-17`, `18`; null for every version. */
  readonly versions: string | null;
  /** Columns and sequences, `public.t.at`, whose values differ from run to run: now(), random(), or numbers given out in another order. */
  readonly volatile: readonly string[];
  /** Words of the server's message, where the migration must fail: as it is written, and as it is planned. */
  readonly fails: string | null;
  readonly before: string;
  readonly rows: string;
  readonly migration: string;
  /** What has to be written instead, since PostgreSQL refuses the migration itself; null where it does not. */
  readonly 'by-hand'?: string | null;
  /** Null until they have been written. */
  readonly report: string | null;
  readonly locks: string | null;
  readonly plan: string | null;
}

/** Lines before the title. */
const headers = ['versions', 'volatile', 'fails'] as const;

export function parseCase(text: string, file: string): Case {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const fail = (index: number, message: string): never => {
    throw new Error(`${file}:${index + 1}: ${message}`);
  };
  let at = 0;
  const skipEmpty = () => {
    while (at < lines.length && lines[at]?.trim() === '') at += 1;
  };
  skipEmpty();
  const told = new Map<string, string>();
  while (at < lines.length && !lines[at]?.startsWith('#')) {
    const [, word = '', value = ''] = /^(\w+):\s*(\S.*?)\s*$/.exec(lines[at] ?? '') ?? [];
    const header = headers.find((known) => known === word && !told.has(known));
    if (!header) break;
    if (header === 'versions' && !range(value))
      fail(at, `"${value}" is no range of versions: write >=15, <=17, 15-17 or 18`);
    told.set(header, value);
    at += 1;
    skipEmpty();
  }
  const title = /^# (.+?)\s*$/.exec(lines[at] ?? '')?.[1] ?? fail(at, 'a case starts with "# " and its title');
  at += 1;
  const prose = at;
  while (at < lines.length && !lines[at]?.startsWith('```')) at += 1;
  const sentence = lines.slice(prose, at).join('\n').trim();
  if (sentence === '') fail(prose, 'a sentence that says why this case is there must follow the title');
  const blocks = new Map<BlockName, string>();
  while (at < lines.length) {
    const opening = at;
    const fence = /^(`{3,})(\w+) ([\w-]+)\s*$/.exec(lines[at] ?? '');
    const [, ticks = '', language = '', word = ''] =
      fence ?? fail(at, 'only fenced blocks such as ```sql migration may follow the sentence');
    const name = order.find((known) => known === word) ?? fail(at, `there is no block "${word}": ${order.join(', ')}`);
    if (language !== languages[name]) fail(at, `the block "${name}" is ${languages[name]}, not ${language}`);
    if (blocks.has(name)) fail(at, `the block "${name}" is there twice`);
    at += 1;
    while (at < lines.length && lines[at] !== ticks) at += 1;
    if (at === lines.length) fail(opening, `the block "${name}" is not closed by ${ticks}`);
    blocks.set(name, lines.slice(opening + 1, at).join('\n'));
    at += 1;
    skipEmpty();
  }
  const migration = blocks.get('migration') ?? fail(lines.length - 1, 'the block ```sql migration is missing');
  return Object.freeze({
    title,
    sentence,
    versions: told.get('versions') ?? null,
    volatile: told.get('volatile')?.split(/\s*,\s*/) ?? [],
    fails: told.get('fails') ?? null,
    before: blocks.get('before') ?? '',
    rows: blocks.get('rows') ?? '',
    migration,
    'by-hand': blocks.get('by-hand') ?? null,
    report: blocks.get('report') ?? null,
    locks: blocks.get('locks') ?? null,
    plan: blocks.get('plan') ?? null,
  });
}

/** The file's one normal form: blocks in their order, one empty line between them, an empty block left out. */
export function printCase(parsed: Case): string {
  const parts = [`# ${parsed.title}`, parsed.sentence];
  const told = [
    ...(parsed.versions === null ? [] : [`versions: ${parsed.versions}`]),
    ...(parsed.volatile.length === 0 ? [] : [`volatile: ${parsed.volatile.join(', ')}`]),
    ...(parsed.fails === null ? [] : [`fails: ${parsed.fails}`]),
  ];
  if (told.length > 0) parts.unshift(told.join('\n'));
  for (const name of order) {
    const body = parsed[name];
    const isGiven = name === 'before' || name === 'rows';
    if (body === null || body === undefined || (body === '' && isGiven)) continue;
    const longest = Math.max(2, ...[...body.matchAll(/^`{3,}$/gm)].map(([ticks]) => ticks.length));
    const ticks = '`'.repeat(longest + 1);
    parts.push(`${ticks}${languages[name]} ${name}\n${body === '' ? '' : `${body}\n`}${ticks}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Whether the case is about this major version. */
export function isAbout(parsed: Case, major: number): boolean {
  const { from, to } = range(parsed.versions ?? '>=0') ?? { from: 0, to: 0 };
  return from <= major && major <= to;
}

function range(text: string): { from: number; to: number } | null {
  const [, atLeast, atMost, from, to, one] = /^(?:>=(\d+)|<=(\d+)|(\d+)-(\d+)|(\d+))$/.exec(text) ?? [];
  if (atLeast !== undefined) return { from: Number(atLeast), to: Number.POSITIVE_INFINITY };
  if (atMost !== undefined) return { from: 0, to: Number(atMost) };
  if (from !== undefined && to !== undefined) return { from: Number(from), to: Number(to) };
  return one === undefined ? null : { from: Number(one), to: Number(one) };
}
