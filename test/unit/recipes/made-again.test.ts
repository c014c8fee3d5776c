// What is refused, since it could not be made again as it was, and what is no reason to take anything away?
import { expect, test } from 'vitest';
import { type Catalog, catalogFormat, type Properties } from '../../../src/database/catalog/index.ts';
import { madeAgain } from '../../../src/recipes/made-again.ts';
import { loadParser, loadPrinter } from '../../../src/sql/index.ts';

const parser = await loadParser();
const print = await loadPrinter();
const parse = (sql: string) => parser.split(sql, 'x').statements.map(({ node }) => node);

type Objects = Readonly<Record<string, Readonly<Record<string, Properties>>>>;
const view = (definition: string, more: Properties = {}): Properties => ({ definition, owner: 'me', ...more });
const prices = { 'public.prices': view(' SELECT price\n   FROM public.items;') };

function around(objects: Objects, major = 17) {
  const catalog: Catalog = {
    format: catalogFormat,
    server: { major, version: `${major}`, encoding: 'UTF8', locale: 'C' },
    objects: { table: { 'public.items': { owner: 'me' } }, ...objects },
    unread: [],
  };
  return madeAgain({ catalog, parse, print, printed: 'public.items', columns: ['price'] });
}

test('what does not name the column stays', () => {
  expect(around({ view: { 'public.other': view(' SELECT id\n   FROM public.items;') } })).toBeNull();
  expect(around({ view: { 'public.other': view(' SELECT price\n   FROM shop.items;') } })).toBeNull();
  expect(around({ policy: { 'public.orders.p': { on: 'table public.orders', using: '(price > 3)' } } })).toBeNull();
});

test('each before what uses it, and away in the other order', () => {
  const made = around({
    view: {
      'public.a': view(' SELECT price\n   FROM public.z;'),
      'public.z': view(' SELECT price\n   FROM public.items;'),
    },
  });
  expect(made?.away.map(({ sql }) => sql)).toEqual(['DROP VIEW public.a', 'DROP VIEW public.z']);
  expect(made?.again.map(({ sql }) => sql.slice(0, 20)).filter((sql) => sql.startsWith('CREATE'))).toEqual([
    'CREATE VIEW public.z',
    'CREATE VIEW public.a',
  ]);
  expect(made?.objects).toEqual(['view public.z', 'view public.a']);
});

test.each<[string, Objects]>([
  [
    'view public.prices goes with an extension',
    { view: { 'public.prices': view(' SELECT price FROM public.items;', { 'depends on extension': ['x'] }) } },
  ],
  [
    'Somebody else than the owner has granted privileges on view public.prices',
    { view: { 'public.prices': view(' SELECT price FROM public.items;', { acl: ['me=arwdDxtm/me', 'you=r/other'] }) } },
  ],
  [
    'column public.held.p holds whole rows of view public.prices',
    { view: prices, column: { 'public.held.p': { on: 'table public.held', type: 'public.prices' } } },
  ],
  [
    'Sequence public.s belongs to view public.prices',
    { view: prices, sequence: { 'public.s': { 'owner column': 'public.prices.price' } } },
  ],
  [
    'Somebody has granted privileges on the row type of view public.prices',
    { view: prices, 'row type': { 'public.prices': { acl: ['you=U/me'] } } },
  ],
  [
    'generated column public.items.twice is computed of the column',
    { column: { 'public.items.twice': { on: 'table public.items', generated: 'stored (price * 2)' } } },
  ],
  [
    'constraint public.other.ok calls function public.dearest()',
    {
      function: {
        'public.dearest()': view(
          'CREATE OR REPLACE FUNCTION public.dearest()\n RETURNS bigint\n LANGUAGE sql\nBEGIN ATOMIC\n SELECT max(items.price) AS max\n    FROM public.items;\nEND\n',
        ),
      },
      constraint: { 'public.other.ok': { on: 'table public.other', definition: 'CHECK ((n < public.dearest()))' } },
    },
  ],
])('refused: %s', (sentence, objects) => {
  expect(() => around(objects)).toThrow(sentence);
});
