// What can be done about something that is there already?
import { partsOfName } from '../../database/catalog/index.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import type { Evidence } from './evidence.ts';
import type { Likeness } from './likeness.ts';
import type { Leftover } from './there-already.ts';

/** The file is pending still, so it may be changed; one that was applied may not. */
export function waysOut(leftover: Leftover, { is }: Likeness, evidence: Evidence, file: string): string {
  const { sort } = leftover;
  if (sort === 'type') return outOfType(leftover, is, evidence, file);
  if (sort === 'relation') return outOfRelation(leftover, is, evidence, file);
  if (sort === 'column') return outOfColumn(leftover, is, file);
  if (sort === 'constraint') {
    const { table, printed } = leftover;
    const name = printed.slice(table.length + 1);
    return is === 'different'
      ? `If the one in the migration is right: ALTER TABLE ${table} DROP CONSTRAINT ${name}; and run \`roadbook apply\`. Else take ADD CONSTRAINT out of ${file}, which is pending still.`
      : `Take ADD CONSTRAINT out of ${file}, which is pending still, or: ALTER TABLE ${table} DROP CONSTRAINT ${name}; then \`roadbook apply\` makes it.`;
  }
  if (sort === 'function')
    return `Write CREATE OR REPLACE in ${file}, which is pending still: then it becomes what the migration says.`;
  return outOfOther(leftover, file);
}

function outOfRelation(
  { printed, step, object, there }: Extract<Leftover, { sort: 'relation' }>,
  is: Likeness['is'],
  { bytes }: Evidence,
  file: string,
): string {
  const word = object.slice(0, -printed.length - 1).toUpperCase();
  if (there.kind === 'index') {
    const drop = `DROP INDEX CONCURRENTLY ${printed}`;
    if (is !== 'equal')
      return `Drop it, and \`roadbook apply\` builds it as the migration says: ${drop}; or give the new one another name in ${file}.`;
    return step.passes
      ? 'Nothing is to be done.'
      : `Write CREATE INDEX IF NOT EXISTS in ${file}, which is pending still, or drop it first: ${drop};`;
  }
  if (there.kind === 'view')
    return `Write CREATE OR REPLACE VIEW in ${file}, which is pending still, or drop it first: DROP VIEW ${printed};`;
  const empty = bytes === 0;
  const drop = `DROP ${word} ${printed};`;
  if (is === 'different') {
    const away = empty
      ? `It has no rows: ${drop} and \`roadbook apply\` makes it as the migration says.`
      : `Keep it aside, and \`roadbook apply\` makes the new one beside it: ALTER ${word} ${printed} RENAME TO …;`;
    return `${away} Or keep what is there: write in ${file}, in place of the CREATE, the ALTER statements that make it what it should be.`;
  }
  if (step.passes) return 'Nothing is to be done.';
  const passOver = `Write CREATE ${word} IF NOT EXISTS in ${file}, which is pending still: \`roadbook apply\` passes over it then${empty || bytes === null ? '' : ', and its rows stay'}.`;
  return empty ? `${passOver} Or drop it, since it has no rows: ${drop}` : passOver;
}

function outOfColumn(
  { printed, table, column, step }: Extract<Leftover, { sort: 'column' }>,
  is: Likeness['is'],
  file: string,
): string {
  const name = printed.slice(table.length + 1);
  if (is === 'different')
    return `To keep its values, write ALTER COLUMN … in ${file} in place of ADD COLUMN, so that it becomes what it should be. To begin anew: ALTER TABLE ${table} RENAME COLUMN ${name} TO ${column.replace(/\W/g, '')}_old;`;
  return step.passes
    ? 'Nothing is to be done.'
    : `Write ADD COLUMN IF NOT EXISTS in ${file}, which is pending still: \`roadbook apply\` passes over it then, and its values stay.`;
}

function outOfType(
  leftover: Extract<Leftover, { sort: 'type' }>,
  is: Likeness['is'],
  { usedBy }: Evidence,
  file: string,
): string {
  const { printed, labels, step, properties } = leftover;
  const drop = `DROP ${leftover.object.startsWith('domain ') ? 'DOMAIN' : 'TYPE'} ${printed};`;
  const unused = usedBy.length === 0;
  const guarded = `Where other databases do not have it, write it so that it is passed over: DO $$ BEGIN IF to_regtype(${quoteLiteral(printed)}) IS NULL THEN ${step.statement.text.replaceAll(/\s+/g, ' ')}; END IF; END $$;`;
  if (is !== 'different')
    return unused
      ? `Drop it, since no column uses it: ${drop} and run \`roadbook apply\`. Do not add CASCADE.`
      : `Take the statement out of ${file}, which is pending still. ${guarded}`;
  if (unused)
    return `No column uses it: ${drop} and \`roadbook apply\` makes it as the migration says. Do not add CASCADE.`;
  const there: readonly unknown[] = Array.isArray(properties?.labels) ? properties.labels : [];
  const lacking = (labels ?? []).filter((label) => !there.includes(label));
  const onlyMore = labels !== null && there.length > 0 && there.every((label) => labels.some((own) => own === label));
  const add = lacking.map((label) => `ALTER TYPE ${printed} ADD VALUE ${quoteLiteral(label)};`).join(' ');
  return onlyMore && lacking.length > 0
    ? `In ${file}, write in place of the CREATE what it lacks: ${add} Do not drop it with CASCADE: the columns that use it would go too.`
    : `If it is another thing of the same name, give the new one another name in ${file}. If it is to become the new one: ALTER TYPE ${printed} RENAME TO …; then let the migration change the columns to the new type with USING. Do not drop it with CASCADE: the columns that use it would go too.`;
}

function outOfOther({ object, printed }: Leftover, file: string): string {
  if (/^(schema|extension) /.test(object)) return `Write IF NOT EXISTS in ${file}, which is pending still.`;
  const [kind = ''] = object.split(' ');
  const words = partsOfName(printed).map(quoteIdentifier);
  const [name, table] = [words.at(-1), words.slice(0, -1).join('.')];
  const replace =
    kind === 'trigger'
      ? `Write CREATE OR REPLACE TRIGGER in ${file}, which is pending still, or drop it first`
      : 'Drop it first, if it is the one that the migration makes';
  return `${replace}: DROP ${kind.toUpperCase()} ${name} ON ${table};`;
}
