// Which columns of the system catalogs are read, through which function, and which are left out for which reason?

export interface Covered {
  /** Columns whose names stand in the queries. */
  readonly read: string;
  /** By the function of PostgreSQL that prints them. */
  readonly through?: Readonly<Record<string, string>>;
  /** Columns, by the reason why two equal databases may differ in them or why they follow from others. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** Why nothing of the whole catalog is compared. */
  readonly whole?: string;
}

/** The newest major whose catalogs were looked through. */
export const newestKnown = 18;

const cluster = 'belongs to the cluster, not to this database';
const data = 'data or statistics about it, not schema';

const state = 'state that changes by itself: statistics, transaction ids, files';
const follows = 'follows from other columns';

/** `column` under the name of the function that prints it, or under the reason that it is left out. */
export const coverage: Readonly<Record<string, Covered>> = Object.freeze({
  pg_aggregate: {
    read: 'aggfnoid aggkind aggnumdirectargs aggtransfn aggfinalfn aggcombinefn aggserialfn aggdeserialfn aggmtransfn aggminvtransfn aggmfinalfn aggfinalextra aggmfinalextra aggfinalmodify aggmfinalmodify aggsortop aggtranstype aggtransspace aggmtranstype aggmtransspace agginitval aggminitval',
  },
  pg_am: { read: 'oid amname amhandler amtype' },
  pg_amop: {
    read: 'oid amopfamily amoplefttype amoprighttype amopstrategy amoppurpose amopopr amopsortfamily',
    ignored: { amopmethod: follows },
  },
  pg_amproc: { read: 'oid amprocfamily amproclefttype amprocrighttype amprocnum amproc' },
  pg_attrdef: { read: 'adrelid adnum', through: { pg_get_expr: 'adbin' }, ignored: { oid: 'oids are never compared' } },
  pg_attribute: {
    read: 'attrelid attname atttypid attnum atttypmod attstorage attcompression attnotnull attidentity attgenerated attisdropped attislocal attinhcount attcollation attstattarget attacl attoptions attfdwoptions',
    ignored: {
      'attlen attbyval attalign atthasdef': follows,
      attndims: 'PostgreSQL ignores the number of dimensions, and keeps it in some ways of making a column only',
      'attcacheoff atthasmissing attmissingval': 'how rows are stored, which depends on the order of events',
    },
  },
  pg_auth_members: { read: '', whole: cluster },
  pg_authid: { read: '', whole: cluster },
  pg_cast: { read: 'oid castsource casttarget castfunc castcontext castmethod' },
  pg_class: {
    read: 'oid relname relnamespace reloftype relowner relam reltablespace reltoastrelid relpersistence relkind relrowsecurity relforcerowsecurity relispopulated relreplident relispartition relacl reloptions reltype',
    through: { pg_get_expr: 'relpartbound' },
    ignored: {
      'relfilenode relpages reltuples relallvisible relallfrozen relfrozenxid relminmxid relrewrite': state,
      'relhasindex relisshared relnatts relchecks relhasrules relhastriggers relhassubclass': follows,
    },
  },
  pg_collation: {
    read: 'oid collname collnamespace collowner collprovider collisdeterministic collencoding collcollate collctype colliculocale colllocale collicurules',
    ignored: { collversion: 'the version of the libraries of the machine' },
  },
  pg_constraint: {
    read: 'oid conname contype condeferrable condeferred convalidated conenforced conrelid contypid conindid conparentid conislocal coninhcount connoinherit conkey',
    through: {
      pg_get_constraintdef:
        'confrelid confupdtype confdeltype confmatchtype confkey confdelsetcols conexclop conbin conperiod',
    },
    ignored: { connamespace: 'that of the table or domain', 'conpfeqop conppeqop conffeqop': follows },
  },
  pg_conversion: { read: 'oid conname connamespace conowner conforencoding contoencoding conproc condefault' },
  pg_database: {
    read: 'oid datname datdba datistemplate datallowconn datconnlimit datacl',
    ignored: {
      'encoding datcollate datlocprovider datctype daticulocale datlocale daticurules':
        'fixed when the database is made; no migration can change it',
      'datcollversion dathasloginevt datlastsysoid datfrozenxid datminmxid': state,
      dattablespace: 'where a database lies is the operator’s choice',
    },
  },
  pg_db_role_setting: { read: 'setdatabase setrole setconfig' },
  pg_default_acl: { read: 'oid defaclrole defaclnamespace defaclobjtype defaclacl' },
  pg_depend: { read: 'classid objid objsubid refclassid refobjid refobjsubid deptype' },
  pg_description: { read: 'classoid objoid objsubid description' },
  pg_enum: { read: 'enumtypid enumsortorder enumlabel', ignored: { oid: 'oids are never compared' } },
  pg_event_trigger: { read: 'oid evtname evtevent evtowner evtfoid evtenabled evttags' },
  pg_extension: {
    read: 'oid extname extowner extnamespace extversion',
    ignored: { 'extrelocatable extconfig extcondition': 'said by the extension’s own files of that version' },
  },
  pg_foreign_data_wrapper: { read: 'oid fdwname fdwowner fdwhandler fdwvalidator fdwacl fdwoptions' },
  pg_foreign_server: { read: 'oid srvname srvowner srvfdw srvtype srvversion srvacl srvoptions' },
  pg_foreign_table: { read: 'ftrelid ftserver ftoptions' },
  pg_index: {
    read: 'indexrelid indrelid indisclustered indisvalid indisready indislive indisreplident',
    through: {
      pg_get_indexdef:
        'indisunique indnullsnotdistinct indkey indcollation indclass indoption indexprs indpred indnatts indnkeyatts',
      pg_get_constraintdef: 'indisprimary indisexclusion indimmediate',
    },
    ignored: { indcheckxmin: state },
  },
  pg_inherits: { read: 'inhrelid inhparent inhseqno inhdetachpending' },
  pg_init_privs: { read: 'objoid classoid objsubid privtype initprivs' },
  pg_language: { read: 'oid lanname lanowner lanispl lanpltrusted lanplcallfoid laninline lanvalidator lanacl' },
  pg_largeobject: { read: '', whole: data },
  pg_largeobject_metadata: { read: '', whole: 'large objects are data: a running application makes them' },
  pg_namespace: { read: 'oid nspname nspowner nspacl' },
  pg_opclass: {
    read: 'oid opcmethod opcname opcnamespace opcowner opcfamily opcintype opcdefault opckeytype',
  },
  pg_operator: {
    read: 'oid oprnamespace oprowner oprcanmerge oprcanhash oprresult oprcom oprnegate oprcode oprrest oprjoin',
    through: { regoperator: 'oprname oprleft oprright' },
    ignored: { oprkind: follows },
  },
  pg_opfamily: { read: 'oid opfmethod opfname opfnamespace opfowner' },
  pg_parameter_acl: { read: '', whole: cluster },
  pg_partitioned_table: {
    read: '',
    through: { pg_get_partkeydef: 'partrelid partstrat partnatts partattrs partclass partcollation partexprs' },
    ignored: { partdefid: 'the partition whose bound is DEFAULT' },
  },
  pg_policy: { read: 'oid polname polrelid polcmd polpermissive polroles polqual polwithcheck' },
  pg_proc: {
    read: 'oid pronamespace proowner prokind proparallel proacl',
    through: {
      pg_get_functiondef:
        'proname prolang procost prorows prosupport prosecdef proleakproof proisstrict proretset provolatile protrftypes prosrc probin prosqlbody proconfig',
      pg_get_function_arguments:
        'pronargs pronargdefaults provariadic proargtypes proallargtypes proargmodes proargnames proargdefaults',
      pg_get_function_result: 'prorettype',
    },
  },
  pg_publication: {
    read: 'oid pubname pubowner puballtables pubinsert pubupdate pubdelete pubtruncate pubviaroot pubgencols',
  },
  pg_publication_namespace: { read: 'pnpubid pnnspid', ignored: { oid: 'oids are never compared' } },
  pg_publication_rel: { read: 'prpubid prrelid prqual prattrs', ignored: { oid: 'oids are never compared' } },
  pg_range: { read: 'rngtypid rngsubtype rngmultitypid rngcollation rngsubopc rngcanonical rngsubdiff' },
  pg_replication_origin: { read: '', whole: cluster },
  pg_rewrite: {
    read: 'oid rulename ev_class ev_type ev_enabled',
    through: { pg_get_ruledef: 'is_instead ev_qual ev_action' },
  },
  pg_seclabel: { read: 'objoid classoid objsubid provider label' },
  pg_sequence: { read: 'seqrelid seqtypid seqstart seqincrement seqmax seqmin seqcache seqcycle' },
  pg_shdepend: { read: '', whole: 'who owns or may use what is read from the objects themselves' },
  pg_shdescription: { read: '', through: { shobj_description: 'objoid classoid description' } },
  pg_shseclabel: { read: 'objoid classoid provider label' },
  pg_statistic: { read: '', whole: data },
  pg_statistic_ext: {
    read: 'oid stxrelid stxname stxnamespace stxowner stxstattarget',
    through: { pg_get_statisticsobjdef: 'stxkeys stxkind stxexprs' },
  },
  pg_statistic_ext_data: { read: '', whole: data },
  pg_subscription: {
    read: 'oid subdbid subname subowner subenabled subbinary substream subtwophasestate subdisableonerr subpasswordrequired subrunasowner subfailover subslotname subsynccommit subpublications suborigin',
    ignored: { subskiplsn: state, subconninfo: 'holds secrets: never read' },
  },
  pg_subscription_rel: { read: '', whole: 'how far replication of each table came' },
  pg_tablespace: { read: 'oid spcname', ignored: { 'spcowner spcacl spcoptions': cluster } },
  pg_transform: { read: 'oid trftype trflang trffromsql trftosql' },
  pg_trigger: {
    read: 'oid tgrelid tgparentid tgname tgenabled tgisinternal tgconstraint',
    through: {
      pg_get_triggerdef:
        'tgfoid tgtype tgconstrrelid tgdeferrable tginitdeferred tgnargs tgattr tgargs tgqual tgoldtable tgnewtable',
    },
    ignored: { tgconstrindid: follows },
  },
  pg_ts_config: { read: 'oid cfgname cfgnamespace cfgowner cfgparser' },
  pg_ts_config_map: { read: 'mapcfg maptokentype mapseqno mapdict' },
  pg_ts_dict: { read: 'oid dictname dictnamespace dictowner dicttemplate dictinitoption' },
  pg_ts_parser: { read: 'oid prsname prsnamespace prsstart prstoken prsend prsheadline prslextype' },
  pg_ts_template: { read: 'oid tmplname tmplnamespace tmplinit tmpllexize' },
  pg_type: {
    read: 'oid typname typnamespace typowner typlen typbyval typtype typcategory typispreferred typisdefined typdelim typrelid typsubscript typelem typarray typinput typoutput typreceive typsend typmodin typmodout typanalyze typalign typstorage typnotnull typbasetype typtypmod typcollation typdefaultbin typdefault typacl',
    ignored: { typndims: 'PostgreSQL ignores the number of dimensions' },
  },
  pg_user_mapping: { read: '', through: { pg_user_mappings: 'oid umuser umserver umoptions' } },
});
