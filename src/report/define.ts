// What is a format: a way to write down what a verb handed back?
import type { DoctorOutcome } from '../model/diagnosis.ts';
import type {
  ApplyOutcome,
  CheckOutcome,
  NewOutcome,
  ParkedOutcome,
  PlanOutcome,
  PurgeOutcome,
  Status,
  UndoOutcome,
  VerifyOutcome,
} from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import type { RehearseOutcome } from '../model/rehearsal.ts';
import type { Page } from './prose/page.ts';

export type Report =
  | { readonly kind: 'new'; readonly outcome: NewOutcome }
  | { readonly kind: 'check'; readonly outcome: CheckOutcome }
  | { readonly kind: 'plan'; readonly outcome: PlanOutcome }
  | { readonly kind: 'status'; readonly outcome: Status }
  | { readonly kind: 'apply'; readonly outcome: ApplyOutcome }
  | { readonly kind: 'verify'; readonly outcome: VerifyOutcome }
  | { readonly kind: 'rehearse'; readonly outcome: RehearseOutcome }
  | { readonly kind: 'parked'; readonly outcome: ParkedOutcome }
  | { readonly kind: 'purge'; readonly outcome: PurgeOutcome }
  | { readonly kind: 'undo'; readonly outcome: UndoOutcome }
  | { readonly kind: 'doctor'; readonly outcome: DoctorOutcome }
  /** The run ended with these; what it had done by then, where that is known. */
  | { readonly kind: 'problems'; readonly problems: readonly Problem[]; readonly outcome?: object };

export interface Format {
  readonly name: string;
  /** One line for help and documentation. */
  readonly summary: string;
  /** The document, without a line break at its end. */
  readonly render: (report: Report, exitCode: number, page: Page) => string;
}

export function defineFormat(format: Format): Format {
  return Object.freeze(format);
}

/** Which problems a report carries, whatever else it says. */
export function problemsOf(report: Report): readonly Problem[] {
  if (report.kind === 'problems') return report.problems;
  if (report.kind === 'new') return [];
  if (report.kind === 'status') return [...report.outcome.drift, ...report.outcome.problems];
  if (report.kind === 'plan' || report.kind === 'rehearse') {
    const { problems, migrations } = report.outcome;
    return [...problems, ...migrations.flatMap((one) => one.problems)];
  }
  return report.outcome.problems;
}
