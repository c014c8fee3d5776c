// What does CREATE CONVERSION do?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';

export interface CreateConversion extends Change {
  readonly kind: 'create-conversion';
  readonly conversion: Name;
  readonly from: string;
  readonly to: string;
  readonly isDefault: boolean;
}

export default defineChange<CreateConversion>({
  kind: 'create-conversion',
  explain: {
    title: 'A conversion between encodings is made',
    why: 'Nothing is locked. A DEFAULT one is used for every client of that encoding who has its schema in the search path before pg_catalog.',
    instead: 'PostgreSQL brings the conversions that are needed; there is seldom a reason for one.',
    links: ['https://www.postgresql.org/docs/current/sql-createconversion.html'],
  },
  on: ['CreateConversionStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateConversionStmt' in node)) return null;
    const { conversion_name, for_encoding_name, to_encoding_name, def } = node.CreateConversionStmt;
    const conversion = nameOfParts(conversion_name, facts);
    return {
      object: `conversion ${printName(conversion)}`,
      conversion,
      from: for_encoding_name ?? '',
      to: to_encoding_name ?? '',
      isDefault: def === true,
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
