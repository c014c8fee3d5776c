// How is an e-mail handed to the relay, in SMTP?
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Relay {
  readonly host: string;
  readonly port: number;
  readonly from: string;
}

/** One conversation; anything but the expected answer ends it with an error. */
export async function sendMail(relay: Relay, { to, subject, text }: Mail): Promise<void> {
  if (/[\r\n<>]/.test(to + relay.from)) throw new Error('an address with a line break');
  const socket = connect(relay.port, relay.host);
  socket.setTimeout(10_000, () => socket.destroy(new Error('the mail relay does not answer')));
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  const failed = new Promise<never>((_, reject) => socket.once('error', reject));
  failed.catch(() => {});
  const expect = async (code: string) => {
    for (;;) {
      const { value, done } = await Promise.race([answers.next(), failed]);
      if (done === true || !value.startsWith(code)) throw new Error(`the mail relay says ${value ?? 'nothing'}`);
      // 250-… is followed by more.
      if (value[3] !== '-') return;
    }
  };
  const say = async (line: string, code: string) => {
    socket.write(`${line}\r\n`);
    await expect(code);
  };
  const headers = [
    `From: ${relay.from}`,
    `To: ${to}`,
    `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ];
  const body = Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
  try {
    await expect('220');
    await say('EHLO school.example', '250');
    await say(`MAIL FROM:<${relay.from}>`, '250');
    await say(`RCPT TO:<${to}>`, '250');
    await say('DATA', '354');
    await say(`${headers.join('\r\n')}\r\n\r\n${body}\r\n.`, '250');
    await say('QUIT', '221');
  } finally {
    socket.destroy();
  }
}
