// Which arguments and which result does the definition of a function have?
import { lex } from '../sql/lexer.ts';

export interface RoutineHeader {
  /** Up to the language. */
  readonly header: string;
  readonly args: readonly { readonly text: string; readonly hasDefault: boolean }[];
  readonly result: string;
  readonly isWindow: boolean;
}

/** Of what pg_get_functiondef prints: arguments in brackets on the first line, then RETURNS, then LANGUAGE and the rest. */
export function routineHeader(definition: string): RoutineHeader {
  const words = lex(definition).map(({ kind, start, end }) => ({
    kind,
    start,
    end,
    text: definition.slice(start, end),
  }));
  const args: { text: string; hasDefault: boolean }[] = [];
  let depth = 0;
  let start = 0;
  let stop: number | null = null;
  let close = 0;
  const push = (end: number) => {
    const text = definition.slice(start, stop ?? end).trim();
    if (text !== '') args.push({ text, hasDefault: stop !== null });
    start = end + 1;
    stop = null;
  };
  for (const word of words) {
    if (word.text === '(' || word.text === '[') {
      depth += 1;
      if (depth === 1) start = word.end;
    } else if (word.text === ')' || word.text === ']') {
      depth -= 1;
      if (depth > 0) continue;
      push(word.start);
      close = word.end;
      break;
    } else if (depth === 1 && word.text === ',') push(word.start);
    else if (depth === 1 && word.text === 'DEFAULT' && stop === null) stop = word.start;
  }
  const rest = words.filter(({ start: at }) => at >= close);
  const language = rest.find(({ text }) => text === 'LANGUAGE')?.start ?? definition.length;
  return {
    header: definition.slice(0, language),
    args,
    result: definition.slice(close, language).trim(),
    isWindow: / WINDOW\b/.test(
      definition.slice(language, rest.find(({ text }) => text === 'AS' || text === 'BEGIN')?.start),
    ),
  };
}
