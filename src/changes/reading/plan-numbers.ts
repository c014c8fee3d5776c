// Which sequence numbers the rows of a new column, and what does PostgreSQL make of it in the end?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Draft, DraftStep } from '../../recipes/draft.ts';
import { freeNames } from '../../recipes/free-names.ts';
import { printedIn } from '../../recipes/key-of.ts';
import { sameTree } from '../../sql/checksum.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import type { Constraint, SyntaxNode, TypeName } from '../../sql/syntax.ts';
import { partsOf, printName } from '../name.ts';
import type { Way } from '../way.ts';
import { chosenName } from './chosen-name.ts';
import type { ColumnReading } from './column.ts';

export interface Numbers {
  /** Before the column is added. */
  readonly before: readonly DraftStep[];
  readonly setDefault: string;
  /** In the same transaction. */
  readonly after: readonly DraftStep[];
  /** Once every row has a value, and none can be NULL. */
  readonly finish: readonly Draft[];
}

/** As PostgreSQL does it: a sequence that the column owns. */
export function serialNumbers(table: Name, column: ColumnReading, facts: Facts, way: Way): Numbers {
  const sequence = printName({ schema: table.schema, name: chosenName(table, [column.name], 'seq', facts) });
  const own = way.catalog.objects.table?.[printedIn(way.catalog, 'table', table) ?? ''] ?? {};
  const unlogged = own.persistence === 'unlogged' && facts.major >= 15 ? 'UNLOGGED ' : '';
  const owner =
    typeof own.owner === 'string'
      ? [
          {
            sql: `ALTER SEQUENCE ${sequence} OWNER TO ${quoteIdentifier(own.owner)}`,
            does: 'give it to the table’s owner',
          },
        ]
      : [];
  return {
    before: [
      { sql: `CREATE ${unlogged}SEQUENCE ${sequence} AS ${column.type}`, does: 'make the sequence of the column' },
      ...owner,
    ],
    setDefault: numbered(table, column, sequence),
    after: [
      {
        sql: `ALTER SEQUENCE ${sequence} OWNED BY ${printName(table, column.name)}`,
        does: 'let the sequence go with the column',
      },
    ],
    finish: [],
  };
}

/** PostgreSQL numbers all rows where a column is made an identity column; another sequence does so before, and hands over how far it came. */
export function identityNumbers(
  table: Name,
  column: ColumnReading,
  identity: Constraint,
  facts: Facts,
  way: Way,
): Numbers | null {
  const options = (identity.options ?? []).flatMap((option) => ('DefElem' in option ? [option.DefElem] : []));
  const free = freeNames(
    way.catalog,
    ['table', 'foreign table', 'view', 'materialized view', 'sequence', 'index', 'constraint', 'composite type'],
    Object.keys(facts.relations).map((key) => key.slice(key.indexOf('.') + 1)),
  );
  // Names that are cut may be the same for two columns of one statement.
  const apart = Buffer.byteLength(table.name + column.name) > 40 ? `${way.before.length}_` : '';
  const meanwhile = { schema: table.schema, name: free(`roadbook_${apart}${table.name}_${column.name}_seq`) };
  const said = partsOf(namesIn(options.find(({ defname }) => defname === 'sequence_name')?.arg));
  const final = {
    schema: said.at(-2) ?? table.schema,
    name: said.at(-1) ?? chosenName(table, [column.name], 'seq', facts),
  };
  const words = sequenceWords(identity, way);
  if (words === null) return null;
  const numbers = words
    .filter(({ name }) => !/^(sequence_name|as|logged|unlogged)$/.test(name))
    .map(({ text }) => text);
  const create = [`CREATE SEQUENCE ${printName(meanwhile)} AS ${column.type}`, ...numbers].join(' ');
  const inside = words.length === 0 ? '' : ` (${words.map(({ text }) => text).join(' ')})`;
  const always = identity.generated_when === 'a' ? 'ALWAYS' : 'BY DEFAULT';
  const becomes = alterColumn(table, column, `ADD GENERATED ${always} AS IDENTITY${inside}`);
  const [temporary, sequence] = [printName(meanwhile), printName(final)];
  return {
    before: [
      { sql: create, does: 'make a sequence that gives the numbers for now' },
      // Of an identity column nobody needs it.
      {
        sql: `GRANT USAGE ON SEQUENCE ${temporary} TO PUBLIC`,
        does: 'let everybody who inserts rows have numbers of it',
      },
    ],
    setDefault: numbered(table, column, temporary),
    after: [],
    finish: [
      {
        stage: 'transaction',
        steps: [
          {
            sql: alterColumn(table, column, 'DROP DEFAULT'),
            does: 'from here on nobody gets a number until this is done',
          },
          { sql: becomes, does: 'make the column an identity column' },
          {
            sql: `SELECT pg_catalog.setval(${quoteLiteral(sequence)}, last_value, is_called) FROM ${temporary}`,
            does: 'go on counting where the other sequence stands',
          },
          { sql: `DROP SEQUENCE ${temporary}`, does: 'drop that' },
        ],
      },
    ],
  };
}

function numbered(table: Name, column: ColumnReading, sequence: string): string {
  return alterColumn(table, column, `SET DEFAULT nextval(${quoteLiteral(sequence)}::regclass)`);
}

function alterColumn(table: Name, column: ColumnReading, what: string): string {
  return `ALTER TABLE ${printName(table)} ALTER COLUMN ${quoteIdentifier(column.name)} ${what}`;
}

interface SequenceWord {
  /** As in the grammar. */
  readonly name: string;
  readonly text: string;
}

/** The options of the sequence as SQL; null where they do not come back the same. */
function sequenceWords(identity: Constraint, { parse }: Way): readonly SequenceWord[] | null {
  const options = identity.options ?? [];
  const words = options.flatMap((option) => ('DefElem' in option ? wordOf(option.DefElem) : []));
  if (words.length < options.length) return null;
  if (words.length === 0) return words;
  const written = words.map(({ text }) => text).join(' ');
  const [node] = parse(`ALTER TABLE t ALTER COLUMN c ADD GENERATED ALWAYS AS IDENTITY (${written})`);
  const command = node !== undefined && 'AlterTableStmt' in node ? node.AlterTableStmt.cmds?.[0] : undefined;
  const def = command !== undefined && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  const same = def !== undefined && 'Constraint' in def && sameTree(def.Constraint.options, options);
  return same ? words : null;
}

function wordOf({ defname = '', arg }: Extract<SyntaxNode, { DefElem: unknown }>['DefElem']): readonly SequenceWord[] {
  const word = (text: string) => [{ name: defname, text }];
  const number = numberIn(arg);
  if (defname === 'increment' && number !== null) return word(`INCREMENT BY ${number}`);
  if (defname === 'start' && number !== null) return word(`START WITH ${number}`);
  if (defname === 'restart') return word(number === null ? 'RESTART' : `RESTART WITH ${number}`);
  if (defname === 'cache' && number !== null) return word(`CACHE ${number}`);
  if (defname === 'minvalue' || defname === 'maxvalue')
    return word(number === null ? `NO ${defname.toUpperCase()}` : `${defname.toUpperCase()} ${number}`);
  if (defname === 'cycle')
    return word(arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true ? 'CYCLE' : 'NO CYCLE');
  if (defname === 'sequence_name') return word(`SEQUENCE NAME ${partsOf(namesIn(arg)).map(quoteIdentifier).join('.')}`);
  return defname === 'logged' || defname === 'unlogged' ? word(defname.toUpperCase()) : [];
}

function numberIn(arg: SyntaxNode | undefined): string | null {
  if (arg === undefined) return null;
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  return 'Float' in arg ? (arg.Float.fval ?? null) : null;
}

function namesIn(arg: SyntaxNode | undefined): readonly SyntaxNode[] {
  return arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : [];
}

const own: Readonly<Record<string, string>> = { smallint: 'int2', integer: 'int4', bigint: 'int8' };

export function integerType(type: string | null): TypeName {
  const sval = own[type ?? ''] ?? 'int4';
  return { names: [{ String: { sval: 'pg_catalog' } }, { String: { sval } }], typemod: -1 };
}
