// What forbids that the rows of a table in use are given a value in a new column, some at a time?
import { type Catalog, partsOfName } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { entryOf, type Facts, qualifiedName } from '../model/facts.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { partsOfTable } from './key-of.ts';
import { publishing, rowTypeUser } from './shadow-obstacles.ts';

export interface Filled {
  readonly catalog: Catalog;
  readonly facts: Facts;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly table: Name;
  /** As the catalog writes it. */
  readonly printed: string;
  /** Partitions and children, and theirs. */
  readonly below: readonly Name[];
}

/** A whole sentence, or null. Triggers of the table itself are not looked at: see quiet-triggers.ts. */
export function fillObstacle(filled: Filled): string | null {
  const { catalog, facts, table, printed, below } = filled;
  const holder = rowTypeUser(catalog, printed);
  if (holder !== null)
    return `${holder} holds whole rows of the table, so PostgreSQL refuses a column that has a value of its own in each.`;
  const all = [{ name: table, printed }, ...below.map((name) => ({ name, printed: printedOf(catalog, name) }))];
  for (const { name, printed: own } of all) {
    const found = ofOne(name, own, filled);
    if (found !== null) return found;
    if (own === printed) continue;
    const trigger = firing(catalog, own, filled.parse);
    if (trigger !== null)
      return `Trigger ${trigger} would fire for the rows that are filled, which it does not where the table is written anew.`;
  }
  if (below.length === 0) return null;
  const trigger = firing(catalog, printed, filled.parse);
  if (trigger !== null)
    return `Trigger ${trigger} would fire for the rows that are filled, and is that of partitions or children too, where it cannot be told not to.`;
  const foreign = below.find((name) => entryOf(facts.relations, qualifiedName(name))?.kind === 'foreign-table');
  return foreign === undefined ? null : `${qualifiedName(foreign)} is a foreign table: its rows are kept elsewhere.`;
}

function printedOf({ objects }: Catalog, { schema, name }: Name): string {
  const isIt = ([own, other]: readonly string[]) => own === schema && other === name;
  return Object.keys(objects.table ?? {}).find((printed) => isIt(partsOfName(printed))) ?? '';
}

function ofOne(table: Name, printed: string, { catalog, facts }: Filled): string | null {
  const own = catalog.objects.table?.[printed] ?? {};
  if (own['force row security'] === true)
    return 'FORCE ROW LEVEL SECURITY hides rows from the owner too, so not all of them could be filled.';
  const rule = partsOfTable(catalog, 'rule', printed).find(
    ([, { definition, enabled }]) => enabled !== 'disabled' && /\bON UPDATE TO\b/.test(String(definition)),
  );
  if (rule !== undefined) return `Rule ${rule[0]} makes something else of the UPDATE that fills the column.`;
  const publication = publishing(catalog, printed, table);
  const known = entryOf(facts.relations, qualifiedName(table));
  const hasKey = Object.values(known?.constraints ?? {}).some(({ kind }) => kind === 'primary-key');
  const nothing = own['replica identity'] === 'nothing';
  if (publication !== null && (nothing || (!hasKey && known?.replicaIdentity !== true)))
    return `Publication ${publication} sends the table’s UPDATEs, and without a primary key or REPLICA IDENTITY PostgreSQL refuses them.`;
  return null;
}

/** Of `events` in a CREATE TRIGGER. */
const updates = 16;

/** A trigger that an UPDATE of a new column sets off. */
function firing(catalog: Catalog, printed: string, parse: Filled['parse']): string | null {
  const found = partsOfTable(catalog, 'trigger', printed).find(([, { definition, enabled }]) => {
    if (enabled === 'disabled' || enabled === 'replica') return false;
    const [node] = typeof definition === 'string' ? parse(definition) : [];
    if (node === undefined || !('CreateTrigStmt' in node)) return true;
    const { columns = [], events = 0 } = node.CreateTrigStmt;
    return columns.length === 0 && (events & updates) !== 0;
  });
  return found?.[0] ?? null;
}
