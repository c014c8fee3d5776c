// As what do values of each type arrive?
import pg from 'pg';

const asText = (value: string): string => value;
const textArrayType: number = 1009;
const textArray = pg.types.getTypeParser(textArrayType, 'text');

// Types whose JavaScript counterpart would lose something: int8, numeric, and everything with a date or a time in it. Bytes,
// points and circles stay text too, since what the driver makes of them is not read back.
const exact = new Set([20, 1700, 1082, 1083, 1114, 1184, 1186, 1266, 17, 600, 718]);
const exactArrays = new Set([1016, 1231, 1182, 1183, 1115, 1185, 1187, 1270, 1001, 1017, 719]);

/** The driver's own parsers, but text where a number or a Date could not hold the exact value. */
export const parserFor: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (exact.has(oid)) return asText;
  if (exactArrays.has(oid)) return textArray;
  return pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format);
};
