// Which attributes does a role get, and what is dangerous about them?
import type { Hazard } from '../../model/hazard.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { secretHazard } from './secret.ts';

/** How the password is written; the password itself goes nowhere. */
export type PasswordSort = 'plain' | 'md5' | 'scram';

const names: Readonly<Record<string, string>> = { canlogin: 'login', isreplication: 'replication' };
const withValues = ['password', 'connectionlimit', 'validUntil'];

/** `superuser`, `nologin`, `connectionlimit`. */
export function attributesOf(options: readonly SyntaxNode[] | undefined): readonly string[] {
  return (options ?? []).flatMap((option) => {
    if (!('DefElem' in option)) return [];
    const { defname = '', arg } = option.DefElem;
    if (defname === 'password') return [];
    const name = names[defname] ?? defname;
    if (isNoLimit(arg)) return [`no${name}`];
    if (withValues.includes(defname) || arg === undefined || !('Boolean' in arg)) return [name];
    return [arg.Boolean.boolval === true ? name : `no${name}`];
  });
}

/** CONNECTION LIMIT -1, VALID UNTIL 'infinity'. */
function isNoLimit(arg: SyntaxNode | undefined): boolean {
  if (arg === undefined) return false;
  return ('Integer' in arg && (arg.Integer.ival ?? 0) < 0) || ('String' in arg && arg.String.sval === 'infinity');
}

export function passwordSort(options: readonly SyntaxNode[] | undefined): PasswordSort | null {
  for (const option of options ?? []) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'password') continue;
    const { arg } = option.DefElem;
    const text = arg !== undefined && 'String' in arg ? (arg.String.sval ?? '') : '';
    if (text === '') return null;
    if (text.startsWith('SCRAM-SHA-256$')) return 'scram';
    return /^md5[0-9a-f]{32}$/.test(text) ? 'md5' : 'plain';
  }
  return null;
}

/** PASSWORD NULL takes the password away. */
export function takesPassword(options: readonly SyntaxNode[] | undefined): boolean {
  return (options ?? []).some(
    (option) => 'DefElem' in option && option.DefElem.defname === 'password' && option.DefElem.arg === undefined,
  );
}

export function passwordHazards(object: string, sort: PasswordSort | null): readonly Hazard[] {
  if (sort === null) return [];
  const instead =
    'Leave PASSWORD out, and set it with psql’s \\password or from a secret store; change it if the file was ever pushed.';
  if (sort === 'plain') return [secretHazard(`the password of ${object}`, instead)];
  // An MD5 hash is all that is needed to log in; a SCRAM verifier can be guessed at, offline.
  if (sort === 'md5')
    return [secretHazard(`the password of ${object}, as an MD5 hash that is as good as it,`, instead)];
  return [secretHazard(`the SCRAM verifier of the password of ${object}`, instead, 'warning')];
}

export function mightyAttributes(attributes: readonly string[]): ((object: string) => Hazard) | null {
  const mighty = ['superuser', 'bypassrls', 'replication', 'createrole'].filter((each) => attributes.includes(each));
  if (mighty.length === 0) return null;
  return (object) => ({
    code: 'role-above-privileges',
    family: 'design',
    severity: 'warning',
    message: `${object} gets ${mighty.map((each) => each.toUpperCase()).join(', ')}`,
    why: 'SUPERUSER passes every check there is, BYPASSRLS every policy, REPLICATION reads all databases, and up to PostgreSQL 15 CREATEROLE can take over every role but a superuser.',
    instead: 'Grant the privileges that are needed on the objects; leave such attributes to who sets up the server.',
  });
}
