// How is one ALTER TABLE written as several, so that each sub-command can go its own way?
import type { Draft } from '../recipes/draft.ts';
import type { AlterTableStmt, ParsedStatement, Printer } from '../sql/index.ts';
import type { PlannedClause } from './planned-clause.ts';

export interface Part {
  readonly draft: Draft;
  readonly of: PlannedClause;
  /** As the user wrote it, but for what stands beside it. */
  readonly written: boolean;
}

/** Null where a sub-command cannot be written by itself. */
export function pullApart(
  statement: ParsedStatement,
  clauses: readonly PlannedClause[],
  print: Printer,
): readonly Part[] | null {
  const { node } = statement;
  const [only, ...others] = clauses;
  if (only === undefined) return null;
  if (others.length === 0) return (only.drafts ?? []).map((draft) => ({ draft, of: only, written: false }));
  const whole = clauses.find(({ drafts }) => drafts?.some(({ whole: all }) => all === true));
  if (whole !== undefined) return (whole.drafts ?? []).map((draft) => ({ draft, of: whole, written: false }));
  if (!('AlterTableStmt' in node)) return null;
  const { cmds = [] } = node.AlterTableStmt;
  if (cmds.length !== clauses.length) return null;
  const pieces = clauses.flatMap((of, index): readonly Piece[] => {
    const command = cmds[index];
    const pass = rank(command);
    if (of.drafts === null) return [{ of, pass, draft: null, commands: command === undefined ? [] : [command] }];
    return of.drafts.map((draft) => ({
      of,
      pass: pass === columns && draft.leads !== true ? pass + 0.5 : pass,
      draft,
      commands: [],
    }));
  });
  const parts: Part[] = [];
  // Sorting is stable: within one pass the user's order is kept, but columns are added before what some of them take besides.
  for (const { of, draft, commands } of joined(pieces.sort((a, b) => a.pass - b.pass))) {
    if (draft !== null) {
      parts.push({ draft, of, written: false });
      continue;
    }
    const sql = print({ AlterTableStmt: { ...node.AlterTableStmt, cmds: [...commands] } });
    if (sql === null) return null;
    parts.push({ draft: { stage: 'transaction', steps: [{ sql, does: of.title }] }, of, written: true });
  }
  return parts;
}

interface Piece {
  readonly of: PlannedClause;
  readonly pass: number;
  /** Null: as written, with these sub-commands. */
  readonly draft: Draft | null;
  readonly commands: readonly Command[];
}

/** What nothing stands between stays one statement; drops, which a later statement may wait for, and types go one by one. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.draft !== null) all.push(piece);
    else if (last === undefined || last.draft !== null || last.pass !== piece.pass || piece.pass < columns)
      all.push({ ...piece, of: { ...piece.of, title: said(piece.of) } });
    else all.splice(-1, 1, { ...last, of: both(last.of, piece.of), commands: [...last.commands, ...piece.commands] });
  }
  return all;
}

function said({ title, judged }: PlannedClause): string {
  return `${title}: ${judged.change.object}`;
}

function both(one: PlannedClause, other: PlannedClause): PlannedClause {
  return {
    ...one,
    title: `${one.title}; ${said(other)}`,
    judged: {
      ...one.judged,
      locks: [...one.judged.locks, ...other.judged.locks],
      hazards: [...one.judged.hazards, ...other.judged.hazards],
      effects: [...one.judged.effects, ...other.judged.effects],
    },
  };
}

/** The pass in which columns are added. */
const columns = 2;

type Command = NonNullable<AlterTableStmt['cmds']>[number];

/** PostgreSQL carries the sub-commands out in passes, whatever their order: drops, types, columns, attributes, keys, other constraints, the rest. */
function rank(command: Command | undefined): number {
  if (command === undefined || !('AlterTableCmd' in command)) return 6;
  const { subtype = '', def } = command.AlterTableCmd;
  if (/^AT_Drop(Column|Constraint|NotNull|Expression|Identity)$/.test(subtype)) return 0;
  if (subtype === 'AT_ColumnDefault') return def === undefined ? 0 : 5;
  if (subtype === 'AT_AlterColumnType') return 1;
  if (subtype === 'AT_AddColumn') return columns;
  if (subtype === 'AT_SetExpression') return 3;
  if (/^AT_Set(NotNull|Identity|Statistics|Storage|Compression|Options)$/.test(subtype)) return 3;
  if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) {
    return /^CONSTR_(PRIMARY|UNIQUE|EXCLUSION)$/.test(def.Constraint.contype ?? '') ? 4 : 5;
  }
  return subtype === 'AT_AddIdentity' ? 5 : 6;
}
