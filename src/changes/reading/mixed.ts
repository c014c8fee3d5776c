// Do rows and the schema change in one migration, so that locks are held for the length of the data change?
import type { Lock, Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { listing } from '../../model/listing.ts';
import { atLeast } from '../../model/lock-words.ts';
import { printName } from '../name.ts';
import { worthCare } from './size.ts';

/** For a change of many rows: `doing` says it, `public.users is updated`. */
export function mixedHazards(doing: string, table: Name, facts: Facts, after: Facts): readonly Hazard[] {
  const held = heldBefore(facts);
  const [worst] = held;
  if (worst !== undefined) {
    const names = [...new Set(held.map(({ relation }) => relation))];
    const locked = `${listing(names, 2)} ${names.length === 1 ? 'is' : 'are'}`;
    return [
      {
        code: 'data-change-under-lock',
        family: 'lock',
        severity: 'error',
        message: `${doing} while ${locked} locked by an earlier statement`,
        lock: { relation: worst.relation, mode: worst.mode },
        why: 'A migration is one transaction: the lock stays until the last row is changed and all is committed, be it minutes.',
        instead:
          '`roadbook apply` commits first what came before, unless something such as LOCK binds the two together; `roadbook plan` shows it. With another tool put the data change into a migration of its own, after this one, and what builds on it (SET NOT NULL, a constraint) into one after that.',
      },
    ];
  }
  const later = (after.held ?? []).slice(facts.held?.length ?? 0);
  const next = later.find(({ relation, mode }) => relation === printName(table) && atLeast(mode, 'SHARE'));
  if (next === undefined) return [];
  return [
    {
      code: 'data-change-before-lock',
      family: 'lock',
      severity: 'warning',
      message: `${doing} before a later statement locks ${next.relation}`,
      lock: { relation: next.relation, mode: next.mode },
      why: 'Whoever waits for a changed row holds a lock on the table that the later statement waits for: a deadlock. And each time that lock cannot be had soon, the whole data change is rolled back and done again.',
      instead:
        '`roadbook apply` commits the data change first, unless something such as LOCK binds the two together; `roadbook plan` shows it. With another tool put it into a migration of its own, before this one.',
    },
  ];
}

/** Locks of earlier statements that keep writers or readers from a table that matters; strongest first. */
function heldBefore(facts: Facts): readonly Lock[] {
  return (facts.held ?? [])
    .filter(({ relation, mode }) => atLeast(mode, 'SHARE') && relation !== '*' && worthCare(nameIn(relation), facts))
    .toSorted((a, b) => Number(atLeast(b.mode, a.mode)) - Number(atLeast(a.mode, b.mode)));
}

/** `public."Users"` → its name. */
function nameIn(relation: string): Name {
  const words = [...relation.matchAll(/"((?:[^"]|"")*)"|[^."]+/g)].map(([plain, quoted]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
  return { schema: words.at(-2) ?? null, name: words.at(-1) ?? '' };
}
