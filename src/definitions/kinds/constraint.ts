// How is a constraint made, changed and taken away?
import { agree, type CatalogObject, keyOf, type ObjectDefinition, textOf } from '../define.ts';
import { isLeftOver } from '../lineage.ts';
import { alterWhole, printedPart, wholeOf } from '../parts.ts';

export const constraint: ObjectDefinition = {
  make: (object) => {
    if (isInherited(object)) return { statements: [] };
    const { definition, triggers } = object.properties;
    if (definition === undefined) return { cannot: `${object.kind} ${object.name} has no definition in the catalog.` };
    if (triggers !== undefined)
      return { cannot: `Triggers of constraint ${object.name} were disabled, which only a superuser can do.` };
    return { statements: [addConstraint(object)], includes: indexOf(object) };
  },
  take: (object, to) => {
    if ((isInherited(object) && !isLeftOver(object, to)) || isTrigger(object)) return [];
    return [`${alterWhole(wholeOf(object))} DROP CONSTRAINT ${printedPart(object)}`];
  },
  alter: (from, to) => {
    if (isTrigger(from) && isTrigger(to)) return { statements: [] };
    if (!agree(from, to, ['definition', 'no inherit'])) return isInherited(to) ? { statements: [] } : null;
    const head = `${alterWhole(wholeOf(to))}`;
    const name = printedPart(to);
    if (isInherited(to)) return { statements: [] };
    const validates = from.properties.validated === false && to.properties.validated !== false;
    if (
      !agree(from, to, ['validated', 'enforced', 'triggers']) &&
      !(validates && agree(from, to, ['enforced', 'triggers']))
    )
      return null;
    const isForeign = textOf(to.properties, 'definition')?.startsWith('FOREIGN KEY') === true;
    if (!agree(from, to, ['deferrable', 'deferred']) && !isForeign) return null;
    const deferring = `${to.properties.deferrable === true ? '' : 'NOT '}DEFERRABLE${to.properties.deferred === true ? ' INITIALLY DEFERRED' : ''}`;
    return {
      statements: [
        ...(validates ? [`${head} VALIDATE CONSTRAINT ${name}`] : []),
        ...(agree(from, to, ['deferrable', 'deferred']) ? [] : [`${head} ALTER CONSTRAINT ${name} ${deferring}`]),
      ],
    };
  },
  // NOT NULL goes with its column; what has the column beside others is to be taken before it.
  goesWith: (object) => {
    const column = /^NOT NULL (.*)$/s.exec(textOf(object.properties, 'definition') ?? '')?.[1];
    return column === undefined ? [] : [keyOf('column', `${wholeOf(object).name}.${column}`)];
  },
  address: (object) => {
    const whole = wholeOf(object);
    const on = whole.kind === 'domain' ? `DOMAIN ${whole.name}` : whole.name;
    return { comment: `CONSTRAINT ${printedPart(object)} ON ${on}`, owner: null, grant: null };
  },
  follows: ['inherited', 'local', 'parent'],
};

export function addConstraint(object: CatalogObject): string {
  const { definition, validated, deferrable, deferred, enforced, 'no inherit': alone } = object.properties;
  const words = [
    `${alterWhole(wholeOf(object), alone === true)} ADD CONSTRAINT ${printedPart(object)} ${String(definition)}`,
    ...(alone === true ? ['NO INHERIT'] : []),
    ...(deferrable === true ? ['DEFERRABLE'] : []),
    ...(deferred === true ? ['INITIALLY DEFERRED'] : []),
    ...(enforced === false ? ['NOT ENFORCED'] : validated === false ? ['NOT VALID'] : []),
  ];
  return words.join(' ');
}

/** The trigger makes and takes it. */
function isTrigger({ properties }: CatalogObject): boolean {
  return properties.definition === 'TRIGGER';
}

/** It comes with the parent's. */
function isInherited({ properties }: CatalogObject): boolean {
  return properties.local === false;
}

/** The index of a key comes with it. */
function indexOf({ name, catalog }: CatalogObject): readonly string[] {
  return Object.entries(catalog.objects.index ?? {}).flatMap(([index, { on }]) =>
    on === keyOf('constraint', name) ? [keyOf('index', index)] : [],
  );
}
