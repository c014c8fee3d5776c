// Which rules do names, sizes, comments and claims keep in a source file?
import type { Source } from '../../scripts/source.mjs';

const at = (source: Source, line: number): string => `${source.path}:${line}`;

export function sizes(files: readonly { readonly path: string; readonly lineCount: number }[]): string[] {
  return files.flatMap(({ path, lineCount }) => {
    const limit = path.startsWith('test/') ? 400 : 300;
    return lineCount <= limit
      ? []
      : [
          `${path} has ${lineCount} lines; the limit is ${limit}. Make it a folder of files that each answer one question.`,
        ];
  });
}

export function names(paths: readonly string[], forbidden: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const parts = path.split('/').map((part) => part.replace(/\..*$/, ''));
    const bad = parts.find((part) => forbidden.includes(part));
    if (bad !== undefined)
      return [`${path}: "${bad}" says nothing about what is in it. Name it after the question it answers.`];
    const odd = path.startsWith('src/') ? parts.find((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)) : undefined;
    return odd === undefined
      ? []
      : [`${path}: "${odd}" is not kebab-case. Write lower-case words with hyphens between them.`];
  });
}

export function firstLines(sources: readonly { readonly path: string; readonly firstLine: string }[]): string[] {
  return sources
    .filter(({ firstLine }) => !/^\/\/ \S/.test(firstLine))
    .map(
      ({ path }) =>
        `${path} does not start with a comment. Let its first line say, after //, which question the file answers.`,
    );
}

/** At most one place a file where the compiler is told what it cannot see, and that one says why it is sound. */
export function claims(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const [, second] = source.claims;
    if (second)
      return [
        `${at(source, second.line)} is the second \`${second.kind}\` in this file. Narrow with typeof, in or a type predicate; one documented place a file is the limit.`,
      ];
    return source.claims
      .filter((claim) => !claim.documented)
      .map(
        (claim) =>
          `${at(source, claim.line)} uses \`${claim.kind}\` without a reason. Narrow the type instead, or say on the line above why it is sound.`,
      );
  });
}

const archaeology: readonly [RegExp, string][] = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, 'Do it now, or leave it out and tell the maintainers'],
  [
    /§|(^|\s)#\d+\b|\b(issue|ticket|section|milestone|phase|PR|pull request)\s+#?\d/i,
    'Say the reason itself; numbers of tickets and sections belong in the commit message',
  ],
  [
    /\b(?!UTF|SHA|ISO|RFC|AES|MD|CP|LATIN|WIN|CVE|SQL|TLS)[A-Z]{2,}-\d+\b/,
    'Say the reason itself; numbers of tickets belong in the commit message',
  ],
];

export function comments(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.comments.flatMap(({ value, line }) =>
      archaeology.flatMap(([pattern, advice]) => {
        const found = pattern.exec(value);
        return found ? [`${at(source, line)} has a comment with "${found[0].trim()}". ${advice}.`] : [];
      }),
    ),
  );
}

/** Stage folders treat every change alike: what is special about a kind stands in its own file. */
export function kindsInStages(
  sources: readonly Source[],
  stages: readonly string[],
  kinds: readonly string[],
): string[] {
  return sources
    .filter(({ path }) => stages.some((stage) => path.startsWith(`src/${stage}/`)))
    .flatMap((source) => [
      ...source.strings
        .filter(({ value }) => kinds.includes(value))
        .map(
          ({ value, line }) =>
            `${at(source, line)} names the kind of change '${value}'. Stages know no kinds: add a facet to src/changes/define.ts and let the change answer.`,
        ),
      ...source.imports
        .filter(({ specifier }) =>
          /\/changes\/(?!define\.ts|index\.ts|clause\.ts|way\.ts|name\.ts|reading\/(size|key|definition|built-in-functions)\.ts)/.test(
            specifier,
          ),
        )
        .map(
          ({ specifier, line }) =>
            `${at(source, line)} imports ${specifier}. Stages know no kinds: go through src/changes/index.ts.`,
        ),
    ]);
}

/** Paths of a developer's machine, and hosts of package registries. Written in pieces, so that this file passes. */
export function machinePaths(
  files: readonly { readonly path: string; readonly text: string }[],
  home: string,
): string[] {
  const patterns = [
    /(?<![\w.])\/(work|root|Users\/\w+|home\/\w+)\/[\w.]/,
    /\b(registry\.npmjs|registry\.yarnpkg|npm\.pkg\.git)\w*\./,
    /"resolved": "https?:/,
  ];
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found =
        patterns.map((pattern) => pattern.exec(line)?.[0]).find((each) => each !== undefined) ??
        (line.includes(home) ? home : undefined);
      return found === undefined
        ? []
        : [
            `${path}:${index + 1} has "${found}", which is true on one machine only. Use a path relative to the file, or os.tmpdir(); the lock file is written with omit-lockfile-registry-resolved.`,
          ];
    }),
  );
}
