import { type Config } from '../platform/config/index.js';
import { STRIPE_VERSIONS, stripeSettings, type StripeUnasked, stripeWebhookEndpoints } from '../payments/index.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'Stripe';

const unasked: Readonly<Record<StripeUnasked, Finding>> = {
  refused: problem(about, 'refuses the secret key', 'Set STRIPE_SECRET_KEY to a key that the account has now.'),
  forbidden: fine(
    about,
    `takes the key, which may not read webhook endpoints: their version must be ${STRIPE_VERSIONS}`,
  ),
  silent: problem(about, 'does not answer', 'Let this machine reach api.stripe.com, or correct STRIPE_API_URL.'),
};

/** The key, and the API version of the webhook endpoints that send to Till. Finds nothing without Stripe. */
export async function checkStripe(config: Config): Promise<Finding[]> {
  const settings = config.of(stripeSettings);
  if (!settings) return [];
  const url = `${config.http.publicUrl.replace(/\/$/, '')}/v1/providers/stripe/webhooks`;
  const found = await stripeWebhookEndpoints(settings, url);
  if (typeof found === 'string') return [unasked[found]];
  const wrong = found.filter(({ isSupported }) => !isSupported);
  if (wrong.length > 0) return wrong.map(({ version }) => unsupported(url, version));
  if (found.length === 0)
    return [fine(about, `takes the key; no enabled webhook endpoint of the account sends to ${url}`)];
  const versions = found.map(({ version }) => version ?? 'of the account').join(', ');
  return [fine(about, `takes the key; its webhooks are in version ${versions}, which Till reads`)];
}

function unsupported(url: string, version: string | null): Finding {
  return problem(
    about,
    `sends webhooks to ${url} in version ${version}, which Till does not read: they go into quarantine`,
    `Make the endpoint anew with a version from ${STRIPE_VERSIONS}, then run till events replay --provider stripe --from <time> --to <time> for what came in the meantime.`,
  );
}
