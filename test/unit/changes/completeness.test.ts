// Is every statement that PostgreSQL's grammar has some kind's, or unknown on purpose?
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';

/** Nodes that the grammar makes inside of statements or not at all, and why no kind of change claims them. */
const notClaimed: Readonly<Record<string, string>> = {
  AlterTableStmt: 'it is judged sub-command by sub-command',
  PLAssignStmt: 'an assignment in PL/pgSQL, which a migration cannot hold',
  RawStmt: 'what the parser wraps each statement in',
  ReplicaIdentityStmt: 'a part of ALTER TABLE … REPLICA IDENTITY',
  ReturnStmt: 'RETURN in the body of an SQL function',
  SetOperationStmt: 'what the analyser makes of UNION; the grammar makes a SelectStmt',
  'AlterTableStmt/AT_AddColumnToView': 'made by the server for CREATE OR REPLACE VIEW',
  'AlterTableStmt/AT_AddIndex': 'made by the server for ADD PRIMARY KEY and the like',
  'AlterTableStmt/AT_AddIndexConstraint': 'made by the server for ADD … USING INDEX',
  'AlterTableStmt/AT_CookedColumnDefault': 'made by the server for CREATE TABLE … LIKE',
  'AlterTableStmt/AT_ReAddComment': 'made by the server for ALTER COLUMN … TYPE',
  'AlterTableStmt/AT_ReAddConstraint': 'made by the server for ALTER COLUMN … TYPE',
  'AlterTableStmt/AT_ReAddDomainConstraint': 'made by the server for ALTER COLUMN … TYPE',
  'AlterTableStmt/AT_ReAddIndex': 'made by the server for ALTER COLUMN … TYPE',
  'AlterTableStmt/AT_ReAddStatistics': 'made by the server for ALTER COLUMN … TYPE',
  'AlterTableStmt/AT_ReplaceRelOptions': 'made by the server for CREATE OR REPLACE VIEW',
};

const claimed = new Set(changes.flatMap(({ on }) => on));
const grammar = [...statements(), ...subCommands()];

describe('the grammar of PostgreSQL 18', () => {
  test('is read from the types of the parser', () => {
    expect(statements().length).toBeGreaterThan(100);
    expect(subCommands().length).toBeGreaterThan(60);
  });

  test.each(grammar)('%s is some kind’s, or nobody’s for a reason', (tag) => {
    expect(claimed.has(tag) || tag in notClaimed).toBe(true);
  });

  test('has every tag that a kind claims', () => {
    expect([...claimed].filter((tag) => tag !== '*' && !grammar.includes(tag))).toEqual([]);
  });

  test('has every tag that is left out, and no kind claims it', () => {
    expect(Object.keys(notClaimed).filter((tag) => !grammar.includes(tag) || claimed.has(tag))).toEqual([]);
  });
});

test('one kind takes what no other one does, and is asked last', () => {
  expect(changes.filter(({ on }) => on.includes('*')).map(({ kind }) => kind)).toEqual(['unknown']);
  expect(changes.at(-1)?.kind).toBe('unknown');
});

test('no two kinds have one name', () => {
  expect(new Set(changes.map(({ kind }) => kind)).size).toBe(changes.length);
});

/** `VacuumStmt`: the members of the union of all nodes that are called statements. */
function statements(): readonly string[] {
  const union = /export type Node = ([\s\S]*?);\s*export (?:interface|type) /.exec(types('types.d.ts'))?.[1] ?? '';
  return [...union.matchAll(/\b(\w+Stmt): \1;/g)].map(([, tag]) => tag ?? '');
}

/** `AlterTableStmt/AT_SetNotNull`. */
function subCommands(): readonly string[] {
  const union = /export type AlterTableType = (.*?);/.exec(types('enums.d.ts'))?.[1] ?? '';
  return [...union.matchAll(/"(AT_\w+)"/g)].map(([, subtype]) => `AlterTableStmt/${subtype}`);
}

/** A file of the types that libpg-query brings. */
function types(file: string): string {
  const parser = createRequire(import.meta.url).resolve('libpg-query');
  const path = createRequire(parser).resolve('@pgsql/types');
  return readFileSync(join(dirname(path), file), 'utf8');
}
