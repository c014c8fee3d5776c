// How long does an embedded server live?

export type Lifetime = 'idle' | 'process';

export interface WatchOptions {
  readonly lifetime: Lifetime;
  readonly idleMs: number;
}
