// How is the grant finder started? `npx jiti app/serve.ts`, and with `--old` as it was before.
import { listenAsAsked } from '../../service/listen.ts';
import { newService } from './new.ts';
import { oldService } from './old.ts';

const { ISSUER = '', AUDIENCE = '', STRIPE_WEBHOOK_SECRET = '' } = process.env;
const provider = { issuer: ISSUER, audience: AUDIENCE, keys: `${ISSUER}.well-known/jwks.json` };

await listenAsAsked({
  old: oldService,
  new: newService({
    provider,
    stripeSecret: STRIPE_WEBHOOK_SECRET,
    // Where a language model would be asked.
    write: async (narrative, grant) => `For ${grant}:\n\n${narrative}`,
  }),
});
