// What does CREATE LANGUAGE do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';
import { needsSuperuser } from './reading/cluster.ts';

export interface CreateLanguage extends Change {
  readonly kind: 'create-language';
  readonly language: string;
  readonly trusted: boolean;
  readonly orReplace: boolean;
}

export default defineChange<CreateLanguage>({
  kind: 'create-language',
  explain: {
    title: 'A procedural language is made',
    why: 'Nothing is locked, but only a superuser may, and its library has to be on the machine of every server. Functions in a language that is not TRUSTED can do whatever the server’s system user can.',
    instead: 'Make it through its extension: CREATE EXTENSION plperl.',
    links: ['https://www.postgresql.org/docs/current/sql-createlanguage.html'],
  },
  on: ['CreatePLangStmt'],
  recognise: ({ node }) => {
    if (!('CreatePLangStmt' in node)) return null;
    const { plname = '', pltrusted, replace } = node.CreatePLangStmt;
    return {
      object: `language ${quoteIdentifier(plname)}`,
      language: plname,
      trusted: pltrusted === true,
      orReplace: replace === true,
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object }) => [needsSuperuser(object)],
});
