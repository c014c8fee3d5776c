// Which problems can Roadbook tell of, with which words, from where?
// @ts-check
import { code, head, page, table } from './markdown.mjs';

/** @param {readonly import('../problem-calls.mjs').Told[]} told */
export function problemsPage(told) {
  const codes = [...new Set(told.map((each) => each.code))].sort();
  const rows = codes.map((name) => {
    const same = told.filter((each) => each.code === name);
    const messages = distinct(same.map(({ message }) => message)).filter((message) => message !== '');
    return [
      code(name),
      distinct(same.map(({ severity }) => severity)).join(', '),
      messages.map(code).join(' · '),
      distinct(same.map(({ path }) => path))
        .map(code)
        .join(' '),
    ];
  });
  return page(
    head(
      'Problems',
      'Each has a stable code. What stands between `<` and `>` is filled in, and `|` stands between alternatives. Exit codes: [the command line](cli.md).',
    ),
    table(['code', 'severity', 'message', 'said by'], rows),
  );
}

/** @param {readonly string[]} values */
const distinct = (values) => [...new Set(values)].sort();
