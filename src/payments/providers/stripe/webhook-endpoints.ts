import { Stripe } from 'stripe';
import { createClient } from './client.js';
import type { StripeSettings } from './stripe.settings.js';
import { isSupported } from './versions.js';

const TIMEOUT_MS = 5000;

/** A webhook endpoint at Stripe, and whether Till reads the version of its webhooks; null if Stripe does not say the version. */
export interface EndpointState {
  readonly url: string;
  readonly version: string | null;
  readonly isSupported: boolean;
}

/** Why Stripe could not be asked. `refused`: the key is not valid; `forbidden`: it may not read webhook endpoints. */
export type Unasked = 'refused' | 'forbidden' | 'silent';

/** Returns the enabled webhook endpoints of the account that send to this URL, or why they can't be read. */
export async function webhookEndpoints(
  settings: StripeSettings,
  url: string,
): Promise<readonly EndpointState[] | Unasked> {
  const stripe = createClient(settings, TIMEOUT_MS);
  try {
    const all = await stripe.webhookEndpoints.list({ limit: 100 });
    const ours = all.data.filter((endpoint) => endpoint.url === url && endpoint.status === 'enabled');
    return await Promise.all(
      ours.map(async ({ api_version: own }) => {
        const version = own ?? (await accountVersion(stripe));
        return { url, version, isSupported: version === null || isSupported(version) };
      }),
    );
  } catch (error) {
    if (error instanceof Stripe.errors.StripeAuthenticationError) return 'refused';
    return error instanceof Stripe.errors.StripePermissionError ? 'forbidden' : 'silent';
  }
}

/** An endpoint without a version follows that of the account, which its latest event says. */
async function accountVersion(stripe: Stripe): Promise<string | null> {
  return (await stripe.events.list({ limit: 1 })).data[0]?.api_version ?? null;
}
