// Which password does the password file hold for this connection?
import { readFileSync, statSync } from 'node:fs';
import type { Problem } from '../model/problem.ts';
import { isSocketFolder } from './dial.ts';
import type { Host, Target } from './target.ts';

interface Field {
  readonly value: string;
  /** A star that is not escaped stands for anything. */
  readonly any: boolean;
}

/** `host:port:database:user:password`; a backslash takes the next character as it is. What stands behind a fifth colon is nothing. */
function fieldsOf(line: string): readonly Field[] {
  const fields: Field[] = [];
  let value = '';
  let start = 0;
  const push = (end: number) => fields.push({ value, any: line.slice(start, end) === '*' });
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === ':') {
      push(at);
      value = '';
      start = at + 1;
      continue;
    }
    if (line[at] === '\\' && at + 1 < line.length) at += 1;
    value += line[at];
  }
  push(line.length);
  return fields;
}

/** The password of the first line that fits; undefined where none does. */
export function findPassword(
  text: string,
  wanted: { readonly host: string; readonly port: number; readonly database: string; readonly user: string },
): string | undefined {
  const values = [wanted.host, String(wanted.port), wanted.database, wanted.user];
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[4]?.value;
    if (password === undefined) continue;
    if (values.every((value, index) => fields[index]?.any || fields[index]?.value === value)) return password;
  }
  return undefined;
}

export interface PasswordFound {
  readonly password?: string;
  readonly warning?: Problem;
}

function ignored(path: string, why: string, hint: string): PasswordFound {
  return {
    warning: {
      code: 'password-file-ignored',
      severity: 'warning',
      message: `the password file ${path} is ignored: ${why}`,
      hint,
    },
  };
}

export function passwordFromFile(target: Target, host: Host): PasswordFound {
  const { path, given } = target.passwordFile;
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return given ? ignored(path, 'it does not exist', 'Look at PGPASSFILE or passfile.') : {};
  if (!file.isFile()) return ignored(path, 'it is not a plain file', 'Look at PGPASSFILE or passfile.');
  if (process.platform !== 'win32' && file.mode & 0o077) {
    return ignored(path, 'others than its owner have rights on it', `Run: chmod 600 ${path}`);
  }
  const name = host.name || host.address || '';
  const wantedHost = name === '' || (isSocketFolder(name) && name === '/var/run/postgresql') ? 'localhost' : name;
  const { database, user } = target;
  try {
    const password = findPassword(readFileSync(path, 'utf8'), { host: wantedHost, port: host.port, database, user });
    return password === undefined ? {} : { password };
  } catch {
    return ignored(path, 'it cannot be read', 'Look at the rights of the file.');
  }
}
