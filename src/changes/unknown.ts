// What is assumed of a statement that no kind of change recognises?
import { type Change, defineChange } from './define.ts';

/** Unknown means worst: it runs verbatim, may lock anything, and cannot be taken back by itself. */
export interface Unknown extends Change {
  readonly kind: 'unknown';
  /** The node's name in PostgreSQL's syntax tree. */
  readonly tag: string;
}

export default defineChange<Unknown>({
  kind: 'unknown',
  explain: {
    title: 'A statement Roadbook does not know',
    why: 'What it locks and changes cannot be told from its text, so the worst is assumed: ACCESS EXCLUSIVE on whatever it touches.',
    instead: 'It runs as written, alone in a transaction.',
  },
  on: ['*'],
  recognise: ({ tag }) => ({ object: `statement ${tag}`, tag }),
  effects: () => [],
  locks: () => [{ relation: '*', mode: 'ACCESS EXCLUSIVE', rewrite: true, scan: true }],
  plan: 'as-written',
  lasts: 'What it does is not known, so what it does to rows is not taken back.',
  data: null,
  hazards: (change) => [
    {
      code: 'unknown-statement',
      family: 'lock',
      severity: 'warning',
      message: `${change.tag} is a statement Roadbook does not know`,
      lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
      why: 'Whatever it touches may be locked against readers and writers for as long as it runs.',
      instead:
        'It runs as written. Try it on a copy first, and say `roadbook:ignore unknown-statement because …` when you know what it does.',
    },
  ],
});
