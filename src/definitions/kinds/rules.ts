// How is a rule made, changed and taken away?
import { agree, type CatalogObject, type ObjectDefinition, textOf } from '../define.ts';
import { printedPart, relationOf } from '../parts.ts';
import { stateWord } from './triggers.ts';

export const rules: ObjectDefinition = {
  make: (object) => ({
    statements: [definitionOf(object), ...(object.properties.enabled === undefined ? [] : [state(object)])],
  }),
  take: (object) => [`DROP RULE ${named(object)}`],
  alter: (from, to) => ({
    statements: [
      ...(agree(from, to, ['definition']) ? [] : [definitionOf(to).replace(/^CREATE RULE/, 'CREATE OR REPLACE RULE')]),
      ...(agree(from, to, ['enabled']) ? [] : [state(to)]),
    ],
  }),
  address: (object) => ({ comment: `RULE ${named(object)}`, owner: null, grant: null }),
};

function named(object: CatalogObject): string {
  return `${printedPart(object)} ON ${relationOf(object)}`;
}

function definitionOf({ properties }: CatalogObject): string {
  return (textOf(properties, 'definition') ?? '').trim().replace(/;$/, '');
}

function state(object: CatalogObject): string {
  return `ALTER TABLE ${relationOf(object)} ${stateWord(object, 'RULE')} ${printedPart(object)}`;
}
