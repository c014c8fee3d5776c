// How is the CRM started? `npx jiti app/serve.ts`, and with `--old` as it was before.
import { listenAsAsked } from '../../service/listen.ts';
import { newService } from './new.ts';
import { oldService } from './old.ts';

await listenAsAsked({ old: oldService, new: newService });
