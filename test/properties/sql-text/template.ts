// How are pieces of SQL text put together from generated ones?
import fc from 'fast-check';

export type Text = fc.Arbitrary<string>;
/** A production by its name, which may be one that stands further down. */
export type Tie = (name: string) => Text;

/** sql`CASE WHEN ${expression} THEN ${expression} END` */
export function sql(pieces: TemplateStringsArray, ...texts: readonly Text[]): Text {
  if (texts.length === 0) return fc.constant(pieces.join(''));
  return fc
    .tuple(...texts)
    .map((values) => pieces.map((piece, index) => (index === 0 ? piece : `${values[index - 1]}${piece}`)).join(''));
}

export const pick = (...texts: readonly string[]): Text => fc.constantFrom(...texts);

/** One of these, the first most often and where it has become deep. */
export const oneOf = (first: Text, ...others: readonly Text[]): Text =>
  fc.oneof({ maxDepth: 4, depthIdentifier: 'sql', withCrossShrink: true }, first, ...others);

export const maybe = (text: Text, before = ' '): Text =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: text.map((given) => `${before}${given}`) },
  );

export const list = (text: Text, most = 3, between = ', '): Text =>
  fc.array(text, { minLength: 1, maxLength: most }).map((given) => given.join(between));
