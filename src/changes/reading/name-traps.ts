// Is a new name one that costs something later?
import type { Hazard } from '../../model/hazard.ts';
import { lex } from '../../sql/lexer.ts';
import { reservedWords } from './reserved-words.ts';

/** PostgreSQL keeps 63 bytes of a name (NAMEDATALEN is 64). */
const room = 63;

/** `what` is the thing as a person reads it: `table public.users`. */
export function nameTraps(name: string, what: string): readonly Hazard[] {
  if (!reservedWords.has(name)) return [];
  return [
    {
      code: 'reserved-word-needs-quotes',
      family: 'design',
      severity: 'note',
      message: `${what} is called by a reserved word`,
      why: `Every statement that names it has to write "${name}" in quotes; where they are forgotten it fails, or means something else.`,
      instead: 'Take another name, such as the plural or one that says more.',
    },
  ];
}

/** Names in the text of a statement that PostgreSQL will cut; its parser has done so already in the syntax tree. */
export function cutNames(text: string): readonly string[] {
  // A character takes at most three bytes for each of its UTF-16 units.
  if (text.length * 3 <= room) return [];
  const names = lex(text).flatMap(({ kind, start, end }) => {
    if (kind !== 'word' && kind !== 'identifier') return [];
    const written = text.slice(start, end);
    return [
      kind === 'word'
        ? written
        : written
            .replace(/^[uU]&/, '')
            .slice(1, -1)
            .replaceAll('""', '"'),
    ];
  });
  return [...new Set(names.filter((name) => new TextEncoder().encode(name).length > room))];
}

export function cutNameTraps(names: readonly string[]): readonly Hazard[] {
  return names.map((name) => ({
    code: 'long-name-is-cut',
    family: 'design',
    severity: 'warning',
    message: `the name ${name.slice(0, 24)}… is longer than ${room} bytes`,
    why: `PostgreSQL keeps the first ${room} bytes and says so in a NOTICE only. Two such names may become one, and tools that compare names do not find it.`,
    instead: `Take a name of at most ${room} bytes.`,
  }));
}
