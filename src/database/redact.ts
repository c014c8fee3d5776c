// How is a text freed of passwords before anyone sees it?

const hidden = '****';

/** Takes every password out of URLs and keyword strings in any text, and out of it whatever secrets the caller knows. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of new Set([secret, encodeURIComponent(secret), encodeURI(secret)]))
      clean = clean.replaceAll(form, hidden);
  }
  return (
    clean
      // Up to the last @ of the line: an unencoded password may hold blanks, slashes and more @.
      .replace(/\b(postgres(?:ql)?:\/\/[^\s:/?#@]*):[^\r\n]*@/gi, `$1:${hidden}@`)
      .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s]*@/gi, `$1:${hidden}@`)
      .replace(/((?:ssl)?password)(\s*=\s*)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s&;,]+)/gi, `$1$2${hidden}`)
  );
}
