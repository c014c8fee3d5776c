// How is a language or an access method made, changed and taken away?
import { type CatalogObject, type ObjectDefinition, textOf } from '../define.ts';
import { routineName } from './aggregates.ts';

export const languages: ObjectDefinition = {
  make: (object) => ({ statements: [`CREATE ${written(object)}`] }),
  take: ({ name }) => [`DROP LANGUAGE ${name}`],
  alter: (_, to) => ({ statements: [`CREATE OR REPLACE ${written(to)}`] }),
  address: ({ name, properties }) => ({
    comment: `LANGUAGE ${name}`,
    owner: `LANGUAGE ${name}`,
    // Nobody but superusers can use one that is not trusted, and PostgreSQL refuses to grant it.
    grant: properties.trusted === true ? ` ON LANGUAGE ${name}` : null,
  }),
};

function written({ name, properties }: CatalogObject): string {
  const functions = ['handler', 'inline', 'validator'].flatMap((property) => {
    const printed = textOf(properties, property);
    return printed === undefined ? [] : [`${property.toUpperCase()} ${routineName(printed)}`];
  });
  return [properties.trusted === true ? 'TRUSTED LANGUAGE' : 'LANGUAGE', name, ...functions].join(' ');
}

export const accessMethods: ObjectDefinition = {
  make: ({ name, properties }) => {
    const type = String(properties.type).toUpperCase();
    const handler = routineName(String(properties.handler));
    return { statements: [`CREATE ACCESS METHOD ${name} TYPE ${type} HANDLER ${handler}`] };
  },
  take: ({ name }) => [`DROP ACCESS METHOD ${name}`],
  alter: () => null,
  address: ({ name }) => ({ comment: `ACCESS METHOD ${name}`, owner: null, grant: null }),
};
