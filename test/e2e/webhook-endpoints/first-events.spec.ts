import { beforeEach, expect, it } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import { FanOut } from '../../../src/webhook-endpoints/fan-out.js';
import { WebhookEndpointsRepository } from '../../../src/webhook-endpoints/webhook-endpoints.repository.js';
import { api, scenario } from '../../support/scenario.js';
import * as hooks from './webhooks.js';

scenario({ people: ['admin'], unchecked: true, env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32' } });
beforeEach(() => api.sql(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'by_hand'`));

const endpoint = (types: readonly string[]) => hooks.endpointAt('http://127.0.0.1:9/', types);
/** An event that has its place in the log. */
const logged = async (type: string) => {
  await hooks.happened(type, 'thing');
  await api.sql(`SELECT relay_events('{}', '{}', 500)`);
};

/** A worker that knows which endpoints there are, and then stands still for a moment. */
function interrupted(meanwhile: () => Promise<unknown>): FanOut {
  const real = api.app.get(WebhookEndpointsRepository, { strict: false });
  const enabled = async () => {
    const known = await real.enabled();
    await meanwhile();
    return known;
  };
  return new FanOut(api.app.get(Transaction), { enabled } as WebhookEndpointsRepository);
}

it.each([
  ['beside another one', [hooks.hearsNothing]],
  ['as the first one', []],
] as const)(
  'An endpoint made %s while events become deliveries misses nothing that happens afterwards',
  async (_, others) => {
    for (const types of others) await endpoint(types);
    await logged('thing.before');
    let made: hooks.EndpointBody | undefined;
    const fanOut = interrupted(async () => {
      if (made) return;
      made = await endpoint(['thing.after']);
      await logged('thing.after');
    });
    for (let round = 0; round < 2; round++) await fanOut.run();
    const deliveries =
      'SELECT e.type FROM webhook_deliveries d JOIN events e ON e.id = d.event_id WHERE d.endpoint_id = $1';
    expect(await api.sql(deliveries, [decodeId('whe', made!.id)])).toEqual([{ type: 'thing.after' }]);
  },
);
