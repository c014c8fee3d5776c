// How is PostgreSQL's own parser loaded, called, and replaced after a text that was too much for it?
import type { ParserModule } from 'libpg-query/wasm/libpg-query.js';

/** What PostgreSQL's grammar says against a text. `character` counts code points from 0. */
export class GrammarError extends Error {
  readonly character: number;

  constructor(message: string, character: number) {
    super(message);
    this.name = 'GrammarError';
    this.character = character;
  }
}

/** The text was too deep or too large for the parser. */
export class ParserExhausted extends Error {
  constructor(cause: unknown) {
    super('the parser ran out of stack or memory', { cause });
    this.name = 'ParserExhausted';
  }
}

export interface Engine {
  /** The syntax tree as JSON text. */
  parse(sql: string): string;
  fingerprint(sql: string): string;
  /** Resolves when a replacement that is under way has arrived. */
  ready(): Promise<void>;
}

// A RangeError leaves the module's own stack pointer where it was: it takes about 28 of them to overwrite its memory.
const toleratedOverflows = 8;

export async function createEngine(): Promise<Engine> {
  const { default: create } = await import('libpg-query/wasm/libpg-query.js');
  let current = await create();
  let overflows = 0;
  let broken = false;
  let replacement: Promise<void> | undefined;

  function replace(): void {
    replacement ??= create()
      .then((fresh) => {
        current = fresh;
        overflows = 0;
        broken = false;
      })
      .finally(() => {
        replacement = undefined;
      });
    // Whoever awaits ready() hears of a failure; without this one that nobody awaits would end the process.
    replacement.catch(() => {});
  }

  function guarded(work: (wasm: ParserModule) => string | GrammarError): string {
    if (broken || overflows >= toleratedOverflows) throw new ParserExhausted('a fresh parser is still being made');
    let result: string | GrammarError;
    try {
      result = work(current);
    } catch (error) {
      if (error instanceof RangeError) overflows += 1;
      else broken = true;
      replace();
      throw new ParserExhausted(error);
    }
    if (result instanceof GrammarError) throw result;
    return result;
  }

  return {
    parse: (sql) => guarded((wasm) => withText(wasm, sql, (text) => readTree(wasm, text))),
    fingerprint: (sql) =>
      guarded((wasm) => withText(wasm, sql, (text) => readText(wasm, wasm._wasm_fingerprint(text)))),
    ready: async () => replacement,
  };
}

function withText<T>(wasm: ParserModule, sql: string, work: (text: number) => T): T {
  const size = wasm.lengthBytesUTF8(sql) + 1;
  const text = wasm._malloc(size);
  if (!text) throw new Error('the parser has no memory left');
  wasm.stringToUTF8(sql, text, size);
  const value = work(text);
  wasm._free(text);
  return value;
}

/** The layout of PgQueryParseResult and PgQueryError, as libpg-query's own wrapper reads them. */
function readTree(wasm: ParserModule, text: number): string | GrammarError {
  const result = wasm._wasm_parse_query_raw(text);
  const tree = wasm.getValue(result, 'i32');
  const error = wasm.getValue(result + 8, 'i32');
  if (error) {
    const message = wasm.UTF8ToString(wasm.getValue(error, 'i32'));
    const position = wasm.getValue(error + 16, 'i32');
    wasm._wasm_free_parse_result(result);
    return new GrammarError(message, Math.max(0, position - 1));
  }
  const json = wasm.UTF8ToString(tree);
  wasm._wasm_free_parse_result(result);
  return json;
}

function readText(wasm: ParserModule, result: number): string {
  const text = wasm.UTF8ToString(result);
  wasm._wasm_free_string(result);
  return text;
}
