import { z } from 'zod';
import { isProduction, secretList, section, sendsInTheClear, url } from '../../../platform/config/index.js';

export interface StripeSettings {
  readonly secretKey: string;
  /** Signing secrets of the webhook endpoints, all of them valid; none when webhooks are not used. */
  readonly webhookSecrets: readonly string[];
  /** Where the API is, when it isn't Stripe's own. */
  readonly apiUrl?: string | undefined;
  /** Where the shopper comes back to from their bank's page. */
  readonly returnUrl: string;
}

/** Undefined where no key is set: then there is no such provider. */
export const stripeSettings = section({
  variables: {
    STRIPE_SECRET_KEY: z.string().optional(),
    STRIPE_WEBHOOK_SECRETS: secretList.optional(),
    STRIPE_API_URL: url('http', 'https').optional(),
    STRIPE_RETURN_URL: url('http', 'https').optional(),
  },
  secrets: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS'],
  problems(given) {
    return isProduction(given) && sendsInTheClear(given.STRIPE_API_URL)
      ? ['STRIPE_API_URL: must be https in production, or the secret key travels in the clear']
      : [];
  },
  settings: (variables, { http }): StripeSettings | undefined =>
    variables.STRIPE_SECRET_KEY
      ? {
          secretKey: variables.STRIPE_SECRET_KEY,
          webhookSecrets: variables.STRIPE_WEBHOOK_SECRETS ?? [],
          apiUrl: variables.STRIPE_API_URL,
          returnUrl: variables.STRIPE_RETURN_URL ?? http.publicUrl,
        }
      : undefined,
});
