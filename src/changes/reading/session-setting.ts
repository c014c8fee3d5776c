// Which setting do ALTER ROLE, DATABASE and SYSTEM … SET or RESET change?
import type { SyntaxNode } from '../../sql/syntax.ts';
import { isSecretName } from './secret.ts';

export interface SessionSetting {
  /** Null for RESET ALL. */
  readonly name: string | null;
  /** Null for RESET, DEFAULT and FROM CURRENT, and for what is secret. */
  readonly value: string | null;
  readonly secret: boolean;
}

type SetStatement = Extract<SyntaxNode, { VariableSetStmt: unknown }>['VariableSetStmt'];

export function sessionSetting(statement: SetStatement | undefined): SessionSetting {
  const name = statement?.name ?? null;
  const words = (statement?.args ?? []).flatMap((node) => {
    if (!('A_Const' in node)) return [];
    const { sval, ival, fval, boolval } = node.A_Const;
    // The parser leaves a zero out.
    return [
      sval?.sval ?? fval?.fval ?? (boolval === undefined ? String(ival?.ival ?? 0) : String(boolval.boolval === true)),
    ];
  });
  const value = words.length === 0 ? null : words.join(', ');
  const secret = name !== null && value !== null && value !== '' && (isSecretName(name) || holdsSecret(name, value));
  return { name, value: secret ? null : value, secret };
}

function holdsSecret(name: string, value: string): boolean {
  return name === 'primary_conninfo' && /password\s*=/i.test(value);
}
