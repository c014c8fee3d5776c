// With which encoding and locale is a database made that sorts and compares as another one does?
import type { Connection } from '../database/connection.ts';
import { quoteLiteral } from '../sql/quote.ts';

interface LocaleRow {
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly provider: string | null;
  readonly locale: string | null;
  readonly rules: string | null;
}

/** The provider is a database's own since 15, its rules since 16; `builtin` and the column datlocale came with 17. */
export async function localeClause(connection: Connection): Promise<string> {
  const { major } = connection.server;
  const { rows } = await connection.query<LocaleRow>(
    `select pg_catalog.pg_encoding_to_char(encoding)::text as encoding, datcollate::text as collate, datctype::text as ctype,
       ${major >= 15 ? 'datlocprovider::text' : 'null'} as provider,
       ${major >= 17 ? 'datlocale' : major >= 15 ? 'daticulocale' : 'null'} as locale,
       ${major >= 16 ? 'daticurules' : 'null'} as rules
     from pg_catalog.pg_database where datname = pg_catalog.current_database()`,
  );
  const [row] = rows;
  if (row === undefined) return '';
  const { encoding, collate, ctype, provider, locale, rules } = row;
  const parts = [
    ` ENCODING ${quoteLiteral(encoding)} LC_COLLATE ${quoteLiteral(collate)} LC_CTYPE ${quoteLiteral(ctype)}`,
  ];
  if (provider === 'i' && locale !== null)
    parts.push(
      ` LOCALE_PROVIDER icu ICU_LOCALE ${quoteLiteral(locale)}${rules === null ? '' : ` ICU_RULES ${quoteLiteral(rules)}`}`,
    );
  if (provider === 'b' && locale !== null)
    parts.push(` LOCALE_PROVIDER builtin BUILTIN_LOCALE ${quoteLiteral(locale)}`);
  if (provider === 'c') parts.push(' LOCALE_PROVIDER libc');
  return parts.join('');
}
