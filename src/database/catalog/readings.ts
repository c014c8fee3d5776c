// Which queries make up the catalog?
import { columns } from './columns.ts';
import { constraints } from './constraints.ts';
import { types } from './data-types.ts';
import { servers, userMappings, wrappers } from './foreign-data.ts';
import { aggregates, functions } from './functions.ts';
import { indexes, statistics } from './indexes.ts';
import { familyFunctions, familyOperators, operatorClasses, operatorFamilies, operators } from './operators.ts';
import type { Reading } from './reading.ts';
import { relations } from './relations.ts';
import { publications, subscriptions } from './replication.ts';
import {
  accessMethods,
  casts,
  collations,
  conversions,
  extensions,
  languages,
  schemas,
  transforms,
} from './schemas.ts';
import { changedPrivileges, database, defaultPrivileges, settings } from './settings.ts';
import { configurations, dictionaries, parsers, templates } from './text-search.ts';
import { eventTriggers, policies, rules, triggers } from './triggers.ts';

/** Relations and types come first: the others say by oid which of these they are part of. */
export const readings: readonly Reading[] = Object.freeze([
  relations,
  types,
  columns,
  constraints,
  indexes,
  statistics,
  triggers,
  rules,
  policies,
  functions,
  aggregates,
  database,
  settings,
  extensions,
  schemas,
  languages,
  accessMethods,
  collations,
  conversions,
  casts,
  transforms,
  wrappers,
  servers,
  userMappings,
  operators,
  operatorFamilies,
  operatorClasses,
  familyOperators,
  familyFunctions,
  parsers,
  templates,
  dictionaries,
  configurations,
  eventTriggers,
  publications,
  subscriptions,
  defaultPrivileges,
  changedPrivileges,
]);
