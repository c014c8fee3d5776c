// How is SQL generated: any expression, query, change of rows or definition, whatever it means?
import fc from 'fast-check';
import { definitions } from './definitions.ts';
import { expressions, type } from './expressions.ts';
import { queries } from './queries.ts';
import type { Text } from './template.ts';

const grammar: Record<string, Text> = fc.letrec<Record<string, string>>((tie) => ({
  ...expressions(tie),
  ...queries(tie),
  ...definitions(tie),
}));

function production(name: string): Text {
  const found = grammar[name];
  if (!found) throw new Error(`there is no production ${name}`);
  return found;
}

export const statements: Text = fc.oneof(production('select'), production('change'), production('definition'));

/** A part of a statement, the kind of its node, and the statement to put it, or what was printed for it, into. */
export interface Part {
  readonly text: string;
  readonly kind: string;
  readonly within: (text: string) => string;
}

const part = (text: Text, kind: string, within: (text: string) => string): fc.Arbitrary<Part> =>
  text.map((given) => ({ text: given, kind, within }));

export const parts: fc.Arbitrary<Part> = fc.oneof(
  part(production('expression'), '', (text) => `SELECT a FROM t WHERE (${text})`),
  part(production('column'), 'ColumnDef', (text) => `ALTER TABLE t ADD COLUMN ${text}`),
  part(production('constraint'), 'Constraint', (text) => `ALTER TABLE t ADD ${text}`),
  part(production('index_element'), 'IndexElem', (text) => `CREATE INDEX ON t (${text})`),
  part(type, 'TypeName', (text) => `ALTER TABLE t ADD COLUMN c ${text}`),
);
