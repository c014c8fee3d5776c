// Which letters does a service send? A mail server that keeps them, for one test.
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly headers: string;
  readonly text: string;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly letters: readonly Letter[];
  /** The next letter that comes. */
  readonly next: () => Promise<Letter>;
}

export async function mailServer(): Promise<MailServer> {
  const letters: Letter[] = [];
  const server = createServer((socket) => void talk(socket, letters).catch(() => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the mail server has no port');
  return {
    port: address.port,
    letters,
    next: async () => {
      for (const had = letters.length; ; ) {
        const letter = letters[had];
        if (letter !== undefined) return letter;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function talk(socket: Socket, letters: Letter[]): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`);
  const content: string[] = [];
  let [from, to, inside] = ['', '', false];
  say('220 mail.example ready');
  for await (const line of createInterface({ input: socket })) {
    if (inside && line === '.') {
      const [headers = '', body = ''] = content.splice(0).join('\n').split('\n\n');
      letters.push({ from, to, headers, text: Buffer.from(body, 'base64').toString() });
      inside = false;
      say('250 kept');
    } else if (inside) content.push(line);
    else if (line.startsWith('EHLO')) socket.write('250-mail.example\r\n250 8BITMIME\r\n');
    else if (line.startsWith('MAIL FROM:')) {
      from = line.slice(10);
      say('250 ok');
    } else if (line.startsWith('RCPT TO:')) {
      to = line.slice(8);
      say('250 ok');
    } else if (line === 'DATA') {
      inside = true;
      say('354 go on');
    } else if (line === 'QUIT') {
      say('221 bye');
      socket.end();
      return;
    } else say('500 what?');
  }
}
