// Does a service answer every request while its database is changed?

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Request {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** An access token. */
  readonly token?: string | undefined;
}

/** `ask(url, 'POST /login', { body })` */
export async function ask(url: string, what: string, { body, headers = {}, token }: Request = {}): Promise<Answer> {
  const [method = 'GET', path = '/'] = what.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: json ? JSON.parse(text) : text };
}

/** A field of an answer's body, as text; fails the test where it is not there. */
export function field(answer: Answer, name: string): string {
  const entry = Object.entries(Object(answer.body)).find(([key]) => key === name)?.[1];
  if (typeof entry !== 'string' && typeof entry !== 'number')
    throw new Error(`no ${name} in the answer ${answer.status} ${JSON.stringify(answer.body)}`);
  return String(entry);
}

/** The same, where the request must succeed. */
export async function asked(url: string, what: string, request: Request = {}): Promise<Answer> {
  const answer = await ask(url, what, request);
  if (answer.status >= 300) throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

export interface Traffic extends AsyncDisposable {
  /** Waits until so many more visits have been made. */
  readonly more: (visits: number) => Promise<void>;
  /** Stops, and tells what happened. */
  readonly end: () => Promise<Report>;
}

export interface Report {
  readonly done: number;
  readonly failed: readonly string[];
  readonly slowestMs: number;
}

/** Some clients that each go through the visits over and over; a visit that throws has failed. */
export function traffic(visits: readonly ((turn: number) => Promise<unknown>)[], clients = 3): Traffic {
  let going = true;
  let done = 0;
  let slowestMs = 0;
  const failed: string[] = [];
  const client = async (first: number) => {
    for (let turn = first; going; turn += clients) {
      const visit = visits[Math.floor(turn / clients) % visits.length];
      const from = performance.now();
      await visit?.(turn).catch((error: unknown) => failed.push(String(error)));
      slowestMs = Math.max(slowestMs, performance.now() - from);
      done += 1;
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  const end = async () => {
    going = false;
    await all;
    return { done, failed, slowestMs };
  };
  const more = async (visits: number) => {
    for (const wanted = done + visits; done < wanted; ) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    end,
    more,
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
}
