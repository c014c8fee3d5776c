// How is a trigger made, changed and taken away?
import { agree, type CatalogObject, keyOf, type ObjectDefinition, textOf } from '../define.ts';
import { printedPart, relationOf } from '../parts.ts';

export const triggers: ObjectDefinition = {
  make: (object) => {
    // It comes with the trigger of the partitioned table, when both are there.
    if (isClone(object)) return { statements: [], later: differsFromParent(object) ? [state(object)] : [] };
    // Those of partitions that are there come with it, enabled.
    const clones = clonesOf(object).filter(({ properties }) => properties.enabled !== undefined);
    return {
      statements: [definitionOf(object), ...(object.properties.enabled === undefined ? [] : [state(object)])],
      ...(clones.length === 0 ? {} : { later: clones.map(state) }),
      includes: isConstraint(object) ? [keyOf('constraint', object.name)] : [],
    };
  },
  take: (object) => (isClone(object) ? [] : [`DROP TRIGGER ${named(object)}`]),
  alter: (from, to) => {
    if (!agree(from, to, ['parent'])) return null;
    const sets = agree(from, to, ['enabled']) ? [] : [state(to)];
    if (isClone(to)) return { statements: differsFromParent(to) ? [state(to)] : sets };
    if (agree(from, to, ['definition'])) return { statements: sets };
    if (isConstraint(from) || isConstraint(to)) return null;
    const replaced = definitionOf(to).replace(/^CREATE TRIGGER/, 'CREATE OR REPLACE TRIGGER');
    // A trigger that is replaced is enabled, and so are its clones.
    const disabled = [to, ...clonesOf(to)].filter(({ properties }) => properties.enabled !== undefined);
    return { statements: [replaced, ...disabled.map(state)] };
  },
  address: (object) => ({ comment: `TRIGGER ${named(object)}`, owner: null, grant: null }),
};

function named(object: CatalogObject): string {
  return `${printedPart(object)} ON ${relationOf(object)}`;
}

function isClone({ properties }: CatalogObject): boolean {
  return properties.parent !== undefined;
}

function definitionOf({ properties }: CatalogObject): string {
  return textOf(properties, 'definition') ?? '';
}

function isConstraint(object: CatalogObject): boolean {
  return definitionOf(object).startsWith('CREATE CONSTRAINT TRIGGER');
}

function differsFromParent({ properties, catalog }: CatalogObject): boolean {
  return properties.enabled !== catalog.objects.trigger?.[String(properties.parent)]?.enabled;
}

function clonesOf({ kind, name, catalog }: CatalogObject): readonly CatalogObject[] {
  return Object.entries(catalog.objects.trigger ?? {}).flatMap(([own, properties]) => {
    if (properties.parent !== name) return [];
    const clone = { kind, name: own, properties, catalog };
    return [clone, ...clonesOf(clone)];
  });
}

/** With ONLY, since each clone has a state of its own. */
function state(object: CatalogObject): string {
  return `ALTER TABLE ONLY ${relationOf(object)} ${stateWord(object, 'TRIGGER')} ${printedPart(object)}`;
}

const states: Readonly<Record<string, string>> = {
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};

/** `ENABLE ALWAYS TRIGGER`; of triggers, rules and, without a word, event triggers. */
export function stateWord({ properties }: CatalogObject, word: string): string {
  return `${states[textOf(properties, 'enabled') ?? ''] ?? 'ENABLE'} ${word}`.trimEnd();
}
