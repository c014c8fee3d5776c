// Which text search parsers, templates, dictionaries and configurations are there?
import { functionName, type Reading, userSchema } from './reading.ts';

const name = (column: string): string => `quote_ident(n.nspname) || '.' || quote_ident(${column}) as name`;

export const parsers: Reading = {
  of: 'pg_ts_parser',
  sql: () => `
select p.oid, 'text search parser' as kind, ${name('p.prsname')},
  ${functionName('p.prsstart')} as start, ${functionName('p.prstoken')} as token, ${functionName('p.prsend')} as "end",
  ${functionName('p.prsheadline')} as headline, ${functionName('p.prslextype')} as token_types
from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace where ${userSchema()}`,
};

export const templates: Reading = {
  of: 'pg_ts_template',
  sql: () => `
select t.oid, 'text search template' as kind, ${name('t.tmplname')},
  ${functionName('t.tmplinit')} as init, ${functionName('t.tmpllexize')} as lexize
from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace where ${userSchema()}`,
};

export const dictionaries: Reading = {
  of: 'pg_ts_dict',
  sql: () => `
select d.oid, 'text search dictionary' as kind, ${name('d.dictname')},
  pg_get_userbyid(d.dictowner) as owner, d.dictinitoption as options,
  quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname) as template
from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace
join pg_ts_template t on t.oid = d.dicttemplate join pg_namespace tn on tn.oid = t.tmplnamespace where ${userSchema()}`,
};

/** Mappings by the parser's own names of its token types; the order of dictionaries in one counts. */
export const configurations: Reading = {
  of: 'pg_ts_config',
  sql: () => `
select c.oid, 'text search configuration' as kind, ${name('c.cfgname')},
  pg_get_userbyid(c.cfgowner) as owner,
  quote_ident(pn.nspname) || '.' || quote_ident(p.prsname) as parser,
  array(select tok.alias || ': ' || string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno)
    from pg_ts_config_map m join ts_token_type(c.cfgparser) tok on tok.tokid = m.maptokentype
    where m.mapcfg = c.oid group by tok.alias order by tok.alias collate "C") as mappings
from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace
join pg_ts_parser p on p.oid = c.cfgparser join pg_namespace pn on pn.oid = p.prsnamespace where ${userSchema()}`,
};
