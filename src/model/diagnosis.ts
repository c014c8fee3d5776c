// What does `doctor` take, and what does it hand back?
import type { ExitReason } from './failure.ts';
import type { DatabaseSummary, ProjectOptions } from './outcome.ts';
import type { Problem } from './problem.ts';

export interface DoctorOptions extends ProjectOptions {
  /** One check, or one group of them, by its name; all unless given. */
  readonly only?: string;
}

export const doctorGroups = ['connection', 'rights', 'journal', 'migrations', 'schema', 'load', 'storage'] as const;
export type DoctorGroupName = (typeof doctorGroups)[number];

export interface DoctorFinding extends Problem {
  /** The check that found it: `invalid-indexes`. */
  readonly check: string;
  readonly group: DoctorGroupName;
}

export interface DoctorGroup {
  readonly name: DoctorGroupName;
  /** `unknown`: nothing in it could be looked at. */
  readonly state: 'good' | 'found' | 'unknown';
  /** In a few words what was seen. */
  readonly said: string;
}

export interface TableState {
  /** As SQL names it. */
  readonly relation: string;
  /** Estimates. */
  readonly rows: number;
  readonly deadRows: number;
  /** Without its indexes, and those. */
  readonly tableBytes: number;
  readonly indexBytes: number;
  /** ISO 8601, whether by hand or by autovacuum; null: never, as far as the statistics go back. */
  readonly vacuumedAt: string | null;
}

export interface SlowStatement {
  /** Without literals. */
  readonly query: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
}

export interface DoctorOutcome {
  /** Null where none could be reached. */
  readonly database: DatabaseSummary | null;
  readonly groups: readonly DoctorGroup[];
  /** The largest ones, the largest first. */
  readonly tables: readonly TableState[];
  /** Those that took most time all in all, where pg_stat_statements is there. */
  readonly statements: readonly SlowStatement[];
  /** `done` where nothing of severity error was found, else why the program ends otherwise. */
  readonly exit: ExitReason;
  readonly problems: readonly DoctorFinding[];
}
