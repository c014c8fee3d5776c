// Which names does a printed one such as public."my table".id hold?

/** The way back from quote_ident, part by part. */
export function partsOfName(printed: string): readonly string[] {
  return [...printed.matchAll(/"((?:[^"]|"")*)"|[^."]+/g)].map(([plain, quoted]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}
