// How is what the server said shown without the passwords that stood in the statement?
import { redact } from '../database/redact.ts';
import { ServerError } from '../database/server-error.ts';
import type { Problem } from '../model/problem.ts';

/** PASSWORD '…', also with the quotes doubled, as in a statement that another one puts together, and dollar-quoted. */
const passwords = /(\bpass(?:word|wd)?"?\s+(?:[eu]&?)?)(''[^']+''|'(?:[^'\\]|\\[\s\S]|'')*'|\$(\w*)\$[\s\S]*?\$\3\$)/gi;

/** As long as before, so that a caret under it stands where it stood. */
export function withoutSecrets(text: string): string {
  return redact(
    text.replace(passwords, (_, before: string, secret: string) => before + secret.replace(/[^'$\r\n]/g, '*')),
  );
}

export function problemWithoutSecrets(problem: Problem): Problem {
  const { message, detail, hint, frame } = problem;
  return Object.freeze({
    ...problem,
    message: withoutSecrets(message),
    ...(detail === undefined ? {} : { detail: withoutSecrets(detail) }),
    ...(hint === undefined ? {} : { hint: withoutSecrets(hint) }),
    ...(frame === undefined ? {} : { frame: withoutSecrets(frame) }),
  });
}

export function errorWithoutSecrets(error: ServerError): ServerError {
  const clean = (text: string | undefined) => (text === undefined ? undefined : withoutSecrets(text));
  return new ServerError({
    ...error,
    message: withoutSecrets(error.message),
    detail: clean(error.detail),
    hint: clean(error.hint),
    context: clean(error.context),
    internalText: clean(error.internalText),
  });
}
