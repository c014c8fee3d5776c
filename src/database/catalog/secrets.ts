// Which option values are secrets, that must not be in the value at all?

export const hidden = '(hidden)';

const secretName =
  /pass|pwd|secret|token|credential|private|(^|[_.-])key($|[_.-])|api_?key|access_?key|auth|sslkey|cert/i;
const secretValue = /(password|passwd|pwd|secret|token)\s*=|:\/\/[^\s/@]*:[^\s@]*@|-----BEGIN/i;

/** Names that a user mapping may show; whatever else stands there is taken for a secret. */
const harmless = new Set(['user', 'username', 'password_required', 'use_remote_estimate']);

export function isSecret(name: string, value: string): boolean {
  return !harmless.has(name) && (secretName.test(name) || secretValue.test(value));
}

/** `name=value` options, sorted, secret values replaced. A changed secret is not seen, that there is one is. */
export function hideSecrets(options: readonly string[] | undefined, strict = false): readonly string[] | undefined {
  return options
    ?.map((option) => {
      const at = option.indexOf('=');
      const name = option.slice(0, at);
      const value = option.slice(at + 1);
      return (strict && !harmless.has(name)) || isSecret(name, value) ? `${name}=${hidden}` : option;
    })
    .toSorted();
}
