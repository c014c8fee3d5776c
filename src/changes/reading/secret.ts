// Does a statement hold a password or the like, which its file would keep for ever?
import type { Hazard } from '../../model/hazard.ts';
import type { Severity } from '../../model/problem.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';

const secretName = /pass(word|wd|phrase)|pwd|secret|token|credential|(api|access|private|encryption|signing)_?key/i;

/** Options that hold a secret, by name; their values go nowhere. */
export function secretOptions(nodes: readonly SyntaxNode[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => {
    if (!('DefElem' in node) || node.DefElem.defaction === 'DEFELEM_DROP') return [];
    const { defname = '', arg } = node.DefElem;
    const isGiven = arg !== undefined && 'String' in arg && (arg.String.sval ?? '') !== '';
    return isGiven && isSecretName(defname) ? [defname] : [];
  });
}

/** `app.jwt_secret`; PostgreSQL’s own password_encryption is none, and a path to a file is none. */
export function isSecretName(name: string): boolean {
  return secretName.test(name) && !/^password_|_file$|passfile|password_required/i.test(name);
}

/** `host=… password=…` or `postgresql://user:password@host`. */
export function holdsPassword(connection: string | undefined): boolean {
  return (
    /(^|[\s?&])(ssl)?password\s*=\s*[^\s&]/i.test(connection ?? '') || /\/\/[^/@\s:]*:[^@\s]+@/.test(connection ?? '')
  );
}

/** `what`: `the password of role app`. */
export function secretHazard(what: string, instead: string, severity: Severity = 'error'): Hazard {
  return {
    code: 'password-in-migration',
    family: 'design',
    severity,
    message: `${what} is written in the migration`,
    why: 'The file goes into the repository, and what is in its history stays readable to everybody who ever has a copy. The server’s log may hold the statement too.',
    instead,
  };
}
