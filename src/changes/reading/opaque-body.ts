// What can be told of a block of code from its words alone?
import { lex } from '../../sql/lexer.ts';
import { isBuiltIn } from './built-in-functions.ts';

export interface Body {
  /** Commands that change something, as they stand there: `ALTER TABLE`, `EXECUTE`; each once. */
  readonly commands: readonly string[];
  /** Functions it calls that nobody knows. */
  readonly calls: readonly string[];
  /** COMMIT or ROLLBACK, which fail in a transaction that is open already. */
  readonly commits: boolean;
  /** `EXCEPTION WHEN duplicate_object THEN null`: an error is passed over. */
  readonly swallows: boolean;
  /** It sets or makes something that lasts as long as the transaction or the session: a setting, a temporary table, an advisory lock. */
  readonly leavesState: boolean;
  /** The errors that are passed over, `duplicate_object`; each once. */
  readonly catches: readonly string[];
}

const second: ReadonlySet<string> = new Set(['alter', 'create', 'drop', 'comment', 'refresh']);
const alone: ReadonlySet<string> = new Set(
  'analyze call cluster copy delete execute grant insert lock merge reindex revoke truncate update vacuum'.split(' '),
);
/** `CREATE OR REPLACE VIEW`, `CREATE UNIQUE INDEX`. */
const between: ReadonlySet<string> = new Set(
  'or replace unique temp temporary unlogged materialized constraint recursive'.split(' '),
);
/** `INSERT INTO users (`, `REFERENCES users (`: the word after them names a table or the like. */
const naming: ReadonlySet<string> = new Set([
  'into',
  'table',
  'index',
  'constraint',
  'references',
  'exists',
  'view',
  'type',
]);
/** Words before a bracket that are no function's name. */
const keywords: ReadonlySet<string> = new Set(
  `all and any array as between bit by case char character check coalesce columns conflict cube dec decimal default distinct else elsif exists exit
  filter float for foreach from greatest if in into is join key least limit loop not notice nullif numeric on or order over partition raise
  references return rollup row select set setof sets similar some table then time timestamp unique using values varchar when where while with within xmlelement`.split(
    /\s+/,
  ),
);

export function readBody(code: string): Body {
  const tokens = lex(code).filter(({ kind }) => kind !== 'comment');
  const texts = tokens.map(({ start, end }) => code.slice(start, end));
  const words = texts.map((text, at) => (tokens[at]?.kind === 'word' ? text.toLowerCase() : ''));
  const names = texts.map((text, at) => (tokens[at]?.kind === 'identifier' ? text.slice(1, -1) : (words[at] ?? '')));
  const [commands, calls] = [new Set<string>(), new Set<string>()];
  words.forEach((word, at) => {
    const before = words[at - 1];
    if (second.has(word)) {
      const object = words.slice(at + 1).find((each) => !between.has(each));
      commands.add(`${word} ${object ?? ''}`.trim().toUpperCase());
      // FOR UPDATE and ON UPDATE name an action and do none.
    } else if (alone.has(word) && before !== 'for' && before !== 'on') commands.add(word.toUpperCase());
    const isDotted = texts[at - 1] === '.';
    const name = isDotted ? [names[at - 2] ?? '', names[at] ?? ''] : [names[at] ?? ''];
    const isKeyword = tokens[at]?.kind === 'word' && (keywords.has(word) || alone.has(word));
    const isCall =
      texts[at + 1] === '(' && names[at] !== '' && !isKeyword && !naming.has(words[isDotted ? at - 3 : at - 1] ?? '');
    if (isCall && !isBuiltIn(name)) calls.add(name.join('.'));
  });
  return {
    commands: [...commands],
    calls: [...calls],
    commits: words.some((word, at) => (word === 'commit' || word === 'rollback') && words[at - 1] !== 'on'),
    leavesState: words.some((word, at) => leavesState(word, (texts[at - 1] ?? ';').toLowerCase())),
    swallows: words.some((word, at) => word === 'exception' && words[at + 1] === 'when'),
    catches: caught(words, texts),
  };
}

/** SET where a statement begins, not that of an UPDATE or ALTER. */
function leavesState(word: string, before: string): boolean {
  if (word === 'set') return /^(;|begin|then|else|loop)$/.test(before);
  const makes = (word === 'temp' || word === 'temporary') && (before === 'create' || before === 'replace');
  return makes || word === 'pg_temp' || word === 'set_config' || /^pg_(try_)?advisory_/.test(word);
}

/** Of `EXCEPTION WHEN a OR b THEN … WHEN SQLSTATE '42P07' THEN …`. */
function caught(words: readonly string[], texts: readonly string[]): readonly string[] {
  const first = words.findIndex((word, at) => word === 'exception' && words[at + 1] === 'when');
  if (first === -1) return [];
  const names = new Set<string>();
  words.forEach((word, when) => {
    if (when < first || word !== 'when') return;
    const found: string[] = [];
    let at = when;
    do {
      const isState = words[at + 1] === 'sqlstate';
      at += isState ? 2 : 1;
      found.push((isState ? texts[at] : words[at])?.replaceAll("'", '') ?? '');
      at += 1;
    } while (words[at] === 'or');
    if (words[at] === 'then' && !found.includes('')) for (const name of found) names.add(name);
  });
  return [...names];
}
