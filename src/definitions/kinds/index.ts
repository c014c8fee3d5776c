// How is each kind of object made, changed and taken away?
import type { Kind } from '../../database/catalog/index.ts';
import type { ObjectDefinition } from '../define.ts';
import { aggregates } from './aggregates.ts';
import { baseTypes, shellTypes } from './base-types.ts';
import { casts, transforms } from './casts.ts';
import { privileges } from './changed-privileges.ts';
import { collations, conversions } from './collations.ts';
import { column } from './column.ts';
import { composites, rowTypes } from './composites.ts';
import { constraint } from './constraint.ts';
import { database, settings } from './databases.ts';
import { defaults } from './default-privileges.ts';
import { domains } from './domains.ts';
import { enums } from './enums.ts';
import { eventTriggers } from './event-triggers.ts';
import { extensions } from './extensions.ts';
import { servers, userMappings, wrappers } from './foreign-data.ts';
import { foreignTables } from './foreign-tables.ts';
import { functions } from './functions.ts';
import { indexes } from './indexes.ts';
import { accessMethods, languages } from './languages.ts';
import { familyMembers, operatorClasses, operatorFamilies, operators } from './operators.ts';
import { policies } from './policies.ts';
import { publications, subscriptions } from './publications.ts';
import { multiranges, ranges } from './ranges.ts';
import { rules } from './rules.ts';
import { schemas } from './schemas.ts';
import { sequence } from './sequence.ts';
import { statistics } from './statistics.ts';
import { table } from './table.ts';
import { configurations, dictionaries, parsers, templates } from './text-search.ts';
import { triggers } from './triggers.ts';
import { materializedView, view } from './views.ts';

export const definitions: Readonly<Record<Kind, ObjectDefinition>> = {
  database,
  setting: settings,
  extension: extensions,
  schema: schemas,
  language: languages,
  'access method': accessMethods,
  collation: collations,
  conversion: conversions,
  'shell type': shellTypes,
  'base type': baseTypes,
  enum: enums,
  domain: domains,
  'composite type': composites,
  'range type': ranges,
  'multirange type': multiranges,
  'row type': rowTypes,
  'foreign data wrapper': wrappers,
  server: servers,
  'user mapping': userMappings,
  sequence,
  table,
  'foreign table': foreignTables,
  view,
  'materialized view': materializedView,
  column,
  constraint,
  index: indexes,
  statistics,
  function: functions,
  procedure: functions,
  aggregate: aggregates,
  operator: operators,
  'operator family': operatorFamilies,
  'operator class': operatorClasses,
  'operator family member': familyMembers,
  cast: casts,
  transform: transforms,
  'text search parser': parsers,
  'text search template': templates,
  'text search dictionary': dictionaries,
  'text search configuration': configurations,
  trigger: triggers,
  rule: rules,
  policy: policies,
  'event trigger': eventTriggers,
  publication: publications,
  subscription: subscriptions,
  'default privileges': defaults,
  privileges,
};
