// How far is the run, as far as its events tell?
import type { RunEvent } from '../model/event.ts';

export type Activity =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'applying';
      readonly id: string;
      readonly index: number;
      readonly sinceMs: number;
      /** Which part of it, where it is carried out stage by stage. */
      readonly stage?: Extract<RunEvent, { type: 'stage-started' }>;
      /** How far the server is with the statement, where it tells. */
      readonly statement?: Extract<RunEvent, { type: 'statement-progress' }>;
      readonly rows?: Extract<RunEvent, { type: 'backfill-progress' }>;
      /** It waits for others to catch up. */
      readonly pausedFor?: string;
    }
  | {
      readonly kind: 'blocked';
      readonly id: string;
      readonly index: number;
      readonly sinceMs: number;
      readonly attempt: number;
      readonly blockers: readonly string[];
      readonly againAtMs: number;
      readonly stage?: Extract<RunEvent, { type: 'stage-started' }>;
    }
  | { readonly kind: 'queueing'; readonly holder: string; readonly sinceMs: number }
  | { readonly kind: 'verifying' | 'rehearsing'; readonly what: string; readonly sinceMs: number };

export interface Progress {
  readonly activity: Activity;
  readonly done: number;
  readonly total: number;
  /** When the first migration began; null before. */
  readonly beganMs: number | null;
}

export const notBegun: Progress = { activity: { kind: 'idle' }, done: 0, total: 0, beganMs: null };

/** What is known after one more event; times are milliseconds of one clock. */
export function advance(progress: Progress, event: RunEvent, nowMs: number): Progress {
  switch (event.type) {
    case 'lease-waiting':
      return { ...progress, activity: { kind: 'queueing', holder: event.holder, sinceMs: nowMs - event.sinceMs } };
    case 'migration-started':
      return {
        ...progress,
        // Tried again it is still in the stage it was in.
        activity: {
          kind: 'applying',
          id: event.id,
          index: progress.done + 1,
          sinceMs: nowMs,
          ...('id' in progress.activity && progress.activity.id === event.id ? stageOf(progress) : {}),
        },
        total: event.total,
        beganMs: progress.beganMs ?? nowMs,
      };
    case 'stage-started':
      return { ...progress, activity: { ...applying(progress, event.id, nowMs), stage: event } };
    case 'backfill-progress':
      return { ...progress, activity: { ...applying(progress, event.id, nowMs), rows: event } };
    case 'backfill-paused':
      return { ...progress, activity: { ...applying(progress, event.id, nowMs), pausedFor: event.for } };
    case 'statement-progress': {
      const { activity } = progress;
      // While it waits, whom it waits for says more than how many there are.
      const waits = activity.kind === 'blocked' && event.unit === 'sessions';
      return waits ? progress : { ...progress, activity: { ...applying(progress, event.id, nowMs), statement: event } };
    }
    case 'lock-waiting': {
      const { activity } = progress;
      const sinceMs = activity.kind === 'applying' || activity.kind === 'blocked' ? activity.sinceMs : nowMs;
      const { id, blockers } = event;
      // Without a pause the attempt itself is still waiting; else the event tells of the one that gave up.
      const attempt = event.nextMs > 0 ? event.attempt + 1 : event.attempt;
      return {
        ...progress,
        activity: {
          kind: 'blocked',
          id,
          index: progress.done + 1,
          sinceMs,
          attempt,
          blockers,
          againAtMs: nowMs + event.nextMs,
          ...stageOf(progress),
        },
      };
    }
    case 'migration-done':
      return { ...progress, activity: { kind: 'idle' }, done: progress.done + 1, total: event.total };
    case 'verifying':
    case 'rehearsing':
      return { ...progress, activity: { kind: event.type, what: event.what, sinceMs: nowMs } };
    default:
      return progress;
  }
}

/** At work on it, since when and in which stage as before. */
function applying(progress: Progress, id: string, nowMs: number) {
  const { activity, done } = progress;
  const sinceMs = activity.kind === 'applying' || activity.kind === 'blocked' ? activity.sinceMs : nowMs;
  return { kind: 'applying', id, index: done + 1, sinceMs, ...stageOf(progress) } as const;
}

function stageOf({ activity }: Progress) {
  const known = activity.kind === 'applying' || activity.kind === 'blocked' ? activity.stage : undefined;
  return known === undefined ? {} : { stage: known };
}
