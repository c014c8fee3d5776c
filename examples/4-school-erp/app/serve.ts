// How is the school's system started? `npx jiti app/serve.ts`, and with `--old` as it was before.
import { listenAsAsked } from '../../service/listen.ts';
import { newService } from './new.ts';
import { oldService } from './old.ts';
import { sendMail } from './send-mail.ts';

const { SMTP_HOST = '127.0.0.1', SMTP_PORT = '25', FRONTEND_URL = 'http://localhost:3000' } = process.env;
const relay = { host: SMTP_HOST, port: Number(SMTP_PORT), from: 'office@school.example' };

await listenAsAsked({
  old: oldService,
  new: newService({ frontEnd: FRONTEND_URL, send: (mail) => sendMail(relay, mail) }),
});
