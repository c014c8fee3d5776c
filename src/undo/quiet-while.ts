// How do rows come back without the triggers of their table changing them once more?
import type { Catalog, Properties } from '../database/catalog/index.ts';
import { lex } from '../sql/lexer.ts';
import { quoteIdentifier } from '../sql/quote.ts';

/**
 * Triggers that may change a row before it is written pass over what comes back; the application's rows they see as ever. Those
 * that run after it do what follows from it elsewhere.
 */
export function quietWhile(
  statements: readonly string[],
  tables: readonly string[],
  catalog: Catalog,
): readonly string[] {
  const triggers = Object.entries(catalog.objects.trigger ?? {}).flatMap(([name, own]) => {
    const on = tables.find((table) => table === own.on);
    const quieted = on === undefined ? null : quiet(own);
    return quieted === null || on === undefined ? [] : [{ name, table: on.slice('table '.length), own, quieted }];
  });
  if (triggers.length === 0) return statements;
  const always = triggers.flatMap(({ name, table, own: { enabled } }) =>
    enabled === 'always' ? [`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name.slice(table.length + 1)}`] : [],
  );
  return [
    ...triggers.map(({ quieted }) => quieted),
    ...always,
    `SET ${setting} = 'yes'`,
    ...statements,
    `SET ${setting} = 'no'`,
    ...triggers.map(({ own }) => replacing(String(own.definition))),
    ...always,
  ];
}

const setting = ['roadbook', 'bringing_back'].map(quoteIdentifier).join('.');

/** With a WHEN of our own; null where it need not be quiet. */
function quiet({ definition, enabled }: Properties): string | null {
  if (typeof definition !== 'string' || enabled === 'disabled' || enabled === 'replica') return null;
  const words = lex(definition).filter(({ kind }) => kind === 'word');
  const at = (index: number) => definition.slice(words[index]?.start, words[index]?.end).toUpperCase();
  const each = words.findIndex((_, index) => at(index) === 'FOR' && at(index + 1) === 'EACH');
  const isBefore = words.some((_, index) => index < each && at(index) === 'BEFORE');
  if (each < 0 || at(each + 2) !== 'ROW' || !isBefore || at(1) === 'CONSTRAINT') return null;
  const head = definition.slice(0, words[each + 2]?.end);
  const guard = `pg_catalog.current_setting('roadbook.bringing_back', true) IS DISTINCT FROM 'yes'`;
  const hasWhen = at(each + 3) === 'WHEN';
  const last = words.findLastIndex((_, index) => at(index) === 'EXECUTE');
  const execute = definition.slice(words[last]?.start);
  const when = hasWhen ? ` AND ${definition.slice(words[each + 3]?.end, words[last]?.start).trim()}` : '';
  return `${replacing(head)} WHEN (${guard}${when}) ${execute}`;
}

function replacing(definition: string): string {
  return definition.replace(/^CREATE TRIGGER/, 'CREATE OR REPLACE TRIGGER');
}
