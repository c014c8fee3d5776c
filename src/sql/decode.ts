// Is this file text that PostgreSQL can read?
import { Failure } from '../model/failure.ts';
import { problemAt } from './problem-at.ts';

/** The file's text, its byte order mark kept. Refuses what is not UTF-8 and what holds a NUL. */
export function decodeSource(bytes: Uint8Array | string, file: string): string {
  const text = typeof bytes === 'string' ? bytes : decode(bytes, file);
  const lone = typeof bytes === 'string' ? /\p{Surrogate}/u.exec(text) : null;
  if (lone) throw notUtf8(text, lone.index, file, 'It holds half of a character: a surrogate without its partner.');
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const found = problemAt(
      'nul-character',
      'the file holds a NUL character',
      { source: text, file },
      { start: nul, end: nul + 1 },
      {
        detail: 'PostgreSQL ends a text at a NUL, so what follows would be lost.',
        hint: 'Remove the character, or save the file as UTF-8 if it is UTF-16.',
      },
    );
    throw new Failure(found, 'migration');
  }
  return text;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array, file: string): string {
  try {
    return strict.decode(bytes);
  } catch {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const detail = utf16
      ? 'It starts with the byte order mark of UTF-16.'
      : 'A byte in it is not part of any UTF-8 character.';
    throw notUtf8(lenient, Math.max(0, lenient.indexOf('\ufffd')), file, detail);
  }
}

function notUtf8(source: string, start: number, file: string, detail: string): Failure {
  const span = { start, end: start + 1 };
  const found = problemAt('not-utf8', 'the file is not UTF-8', { source, file }, span, {
    detail,
    hint: 'Save it as UTF-8.',
  });
  return new Failure(found, 'migration');
}
