// What does CREATE TRANSFORM do?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';
import { readType } from './reading/type-name.ts';

export interface CreateTransform extends Change {
  readonly kind: 'create-transform';
  readonly type: string;
  readonly language: string;
  readonly orReplace: boolean;
}

export default defineChange<CreateTransform>({
  kind: 'create-transform',
  explain: {
    title: 'A transform between a type and a language is made',
    why: 'Nothing is locked. Only functions that say TRANSFORM FOR TYPE use it; replaced, they get other values from their next call on.',
    instead: 'Make it through the extension that brings it.',
    links: ['https://www.postgresql.org/docs/current/sql-createtransform.html'],
  },
  on: ['CreateTransformStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateTransformStmt' in node)) return null;
    const { type_name, lang: language = '', replace } = node.CreateTransformStmt;
    const type = readType(type_name, facts).text;
    return {
      object: `transform for ${type} language ${quoteIdentifier(language)}`,
      type,
      language,
      orReplace: replace === true,
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
