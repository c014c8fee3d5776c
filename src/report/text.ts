// What does a person at a terminal read?
import { defineFormat } from './define.ts';
import { applyText, newText } from './prose/apply.ts';
import { checkText } from './prose/check.ts';
import { doctorText } from './prose/doctor.ts';
import { paintOf } from './prose/page.ts';
import { parkedText, purgeText } from './prose/parked.ts';
import { planText } from './prose/plan.ts';
import { problemsText, tally } from './prose/problem.ts';
import { rehearseText } from './prose/rehearse.ts';
import { statusText } from './prose/status.ts';
import { undoText } from './prose/undo.ts';
import { verifyText } from './prose/verify.ts';

export default defineFormat({
  name: 'text',
  summary: 'for people: short, aligned, coloured where the terminal allows it',
  render: (report, _exitCode, page) => {
    switch (report.kind) {
      case 'new':
        return newText(report.outcome, page);
      case 'check':
        return checkText(report.outcome, page);
      case 'plan':
        return planText(report.outcome, page);
      case 'status':
        return statusText(report.outcome, page);
      case 'apply':
        return applyText(report.outcome, page);
      case 'verify':
        return verifyText(report.outcome, page);
      case 'rehearse':
        return rehearseText(report.outcome, page);
      case 'parked':
        return parkedText(report.outcome, page);
      case 'purge':
        return purgeText(report.outcome, page);
      case 'undo':
        return undoText(report.outcome, page);
      case 'doctor':
        return doctorText(report.outcome, page);
      case 'problems': {
        const sum = tally(report.problems);
        return [problemsText(report.problems, page), ...(sum === '' ? [] : [paintOf(page).bold(sum)])].join('\n\n');
      }
    }
  },
});
