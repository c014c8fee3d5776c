// How is an event trigger made, changed and taken away?
import { quoteLiteral } from '../../sql/quote.ts';
import { agree, type CatalogObject, listOf, type ObjectDefinition, textOf } from '../define.ts';
import { routineName } from './aggregates.ts';
import { stateWord } from './triggers.ts';

export const eventTriggers: ObjectDefinition = {
  make: (object) => {
    const { event, enabled } = object.properties;
    const tags = listOf(object.properties, 'tags');
    const words = [
      `CREATE EVENT TRIGGER ${object.name} ON ${String(event)}`,
      ...(tags.length === 0 ? [] : [`WHEN TAG IN (${tags.map(quoteLiteral).join(', ')})`]),
      `EXECUTE FUNCTION ${routineName(textOf(object.properties, 'function') ?? '')}()`,
    ];
    return { statements: [words.join(' '), ...(enabled === undefined ? [] : [state(object)])] };
  },
  take: ({ name }) => [`DROP EVENT TRIGGER ${name}`],
  alter: (from, to) => (agree(from, to, ['event', 'tags', 'function']) ? { statements: [state(to)] } : null),
  address: ({ name }) => ({ comment: `EVENT TRIGGER ${name}`, owner: `EVENT TRIGGER ${name}`, grant: null }),
};

function state(object: CatalogObject): string {
  return `ALTER EVENT TRIGGER ${object.name} ${stateWord(object, '')}`;
}
