// How does a case write down the locks its migration is declared to take?
import type { Lock } from '../../src/model/change.ts';
import { merged } from './compare-locks.ts';
import type { CaseJudgement } from './judge-case.ts';

/** Statement by statement; where versions differ, each line says on which. */
export function locksBlock(judgements: ReadonlyMap<number, CaseJudgement>): string {
  const majors = [...judgements.keys()].sort((a, b) => a - b);
  const first = judgements.get(majors[0] ?? 0);
  return (first?.statements ?? [])
    .flatMap((statement, index) => {
      const byText = new Map<string, number[]>();
      for (const major of majors) {
        const own = (judgements.get(major)?.changes ?? []).filter(({ change }) => change.statement === index);
        const text = merged(own.flatMap(({ locks }) => locks))
          .map(lockLine)
          .join('\n');
        byText.set(text, [...(byText.get(text) ?? []), major]);
      }
      const lines = [...byText].flatMap(([text, on]) =>
        (text === '' ? 'none' : text)
          .split('\n')
          .map((line) => (byText.size === 1 ? `  ${line}` : `  PostgreSQL ${spans(on)}: ${line}`)),
      );
      return [shortened(statement.text), ...lines];
    })
    .join('\n');
}

function lockLine(lock: Lock): string {
  const also = [
    ...(lock.scan && !lock.rewrite ? ['reads every row'] : []),
    ...(lock.rewrite ? ['writes every row anew'] : []),
  ];
  return [`${lock.mode} on ${lock.relation === '*' ? 'whatever it touches' : lock.relation}`, ...also].join(', ');
}

/** `14 to 17`, `14, 16`. */
function spans(majors: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const major of majors) {
    const last = runs.at(-1);
    if (last && last[1] === major - 1) last[1] = major;
    else runs.push([major, major]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 100 ? line : `${line.slice(0, 99)}…`;
}
