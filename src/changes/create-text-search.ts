// What does CREATE TEXT SEARCH CONFIGURATION, DICTIONARY, PARSER or TEMPLATE do?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { needsSuperuser } from './reading/cluster.ts';
import { objectWords } from './reading/named-object.ts';

const sorts = {
  OBJECT_TSCONFIGURATION: 'configuration',
  OBJECT_TSDICTIONARY: 'dictionary',
  OBJECT_TSPARSER: 'parser',
  OBJECT_TSTEMPLATE: 'template',
} as const;

export interface CreateTextSearch extends Change {
  readonly kind: 'create-text-search';
  readonly sort: (typeof sorts)[keyof typeof sorts];
  readonly name: Name;
}

export default defineChange<CreateTextSearch>({
  kind: 'create-text-search',
  explain: {
    title: 'A text search object is made',
    why: 'Nothing is locked. A parser or template wants a superuser. A dictionary reads its words from files that have to be on the machine of every server.',
    instead: 'There is nothing to do instead.',
    links: ['https://www.postgresql.org/docs/current/sql-createtsconfig.html'],
  },
  on: ['DefineStmt'],
  recognise: ({ node }, facts) => {
    if (!('DefineStmt' in node)) return null;
    const { kind, defnames } = node.DefineStmt;
    const sort = Object.entries(sorts).find(([type]) => type === kind)?.[1];
    if (sort === undefined) return null;
    const name = nameOfParts(defnames, facts);
    return { object: `${objectWords[kind ?? ''] ?? ''} ${printName(name)}`, sort, name };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, sort }) => (sort === 'parser' || sort === 'template' ? [needsSuperuser(object)] : []),
});
