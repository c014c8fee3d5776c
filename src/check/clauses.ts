// What does a statement say, one thing at a time?
import type { Clause } from '../changes/define.ts';
import { changesWithin } from '../sql/changes-within.ts';
import { kindOf, type SyntaxNode } from '../sql/syntax.ts';

/** The sub-commands of an ALTER TABLE, the elements of a CREATE SCHEMA, else the statement as a whole and the data changes in it. */
export function clausesOf(
  node: SyntaxNode,
  statement: number,
  text: string,
  later: () => readonly SyntaxNode[] = () => [],
): readonly Clause[] {
  if ('AlterTableStmt' in node) {
    return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
      'AlterTableCmd' in command
        ? [
            {
              tag: `AlterTableStmt/${command.AlterTableCmd.subtype}`,
              node,
              command: command.AlterTableCmd,
              statement,
              text,
              later,
            },
          ]
        : [],
    );
  }
  const whole = { tag: kindOf(node), node, command: null, statement, text, later };
  if ('CreateSchemaStmt' in node) {
    const schema = node.CreateSchemaStmt.schemaname ?? node.CreateSchemaStmt.authrole?.rolename;
    const within = schema === undefined ? {} : { within: schema };
    return [
      whole,
      ...(node.CreateSchemaStmt.schemaElts ?? []).flatMap((element) =>
        clausesOf(element, statement, text, later).map((clause) => ({ ...clause, ...within })),
      ),
    ];
  }
  return [
    whole,
    ...changesWithin(node).map((inner) => ({ ...whole, tag: kindOf(inner), node: inner, inside: true as const })),
  ];
}
