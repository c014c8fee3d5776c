// How is a view made, changed and taken away?
import { quoteIdentifier } from '../../sql/quote.ts';
import { agree, type CatalogObject, keyOf, listOf, type ObjectDefinition, textOf } from '../define.ts';
import { partsOf } from '../parts.ts';
import { settings } from './column.ts';
import { storageParameters, withToast } from './table.ts';

export const view: ObjectDefinition = {
  make: (object) => {
    const options = listOf(object.properties, 'options');
    const words = [
      // The definition names its columns.
      `CREATE VIEW ${object.name}`,
      ...(options.length === 0 ? [] : [`WITH (${options.join(', ')})`]),
      `AS ${body(object)}`,
    ];
    return { statements: [words.join(' ')] };
  },
  take: ({ name }) => [`DROP VIEW ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['definition'])) return null;
    return { statements: storageParameters(from, to, `ALTER VIEW ${to.name}`, 'options') };
  },
  address: ({ name }) => ({ comment: `VIEW ${name}`, owner: `VIEW ${name}`, grant: ` ON TABLE ${name}` }),
};

export const materializedView: ObjectDefinition = {
  make: (object) => {
    const { tablespace, populated } = object.properties;
    const method = textOf(object.properties, 'access method');
    const columns = partsOf(object, 'column');
    const options = withToast(object);
    const words = [
      `CREATE MATERIALIZED VIEW ${object.name}`,
      ...(method === undefined ? [] : [`USING ${quoteIdentifier(method)}`]),
      ...(options.length === 0 ? [] : [`WITH (${options.join(', ')})`]),
      ...(tablespace === undefined ? [] : [`TABLESPACE ${quoteIdentifier(String(tablespace))}`]),
      `AS ${body(object)}`,
      populated === false ? 'WITH NO DATA' : 'WITH DATA',
    ];
    return {
      statements: [words.join(' '), ...columns.flatMap((column) => settings(null, column))],
      includes: columns.map(({ name }) => keyOf('column', name)),
    };
  },
  take: ({ name }) => [`DROP MATERIALIZED VIEW ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['definition', 'access method', 'tablespace'])) return null;
    const head = `ALTER MATERIALIZED VIEW ${to.name}`;
    const fill = agree(from, to, ['populated'])
      ? []
      : [`REFRESH MATERIALIZED VIEW ${to.name}${to.properties.populated === false ? ' WITH NO DATA' : ''}`];
    return {
      statements: [
        ...storageParameters(from, to, head, 'options'),
        ...storageParameters(from, to, head, 'toast options'),
        ...fill,
      ],
    };
  },
  address: ({ name }) => ({
    comment: `MATERIALIZED VIEW ${name}`,
    owner: `MATERIALIZED VIEW ${name}`,
    grant: ` ON TABLE ${name}`,
  }),
};

function body({ properties }: CatalogObject): string {
  return (textOf(properties, 'definition') ?? '').trim().replace(/;$/, '');
}
