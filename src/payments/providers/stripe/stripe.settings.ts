import { z } from 'zod';
import { isProduction, secretList, section, sendsInTheClear, url } from '../../../platform/config/index.js';

export interface StripeSettings {
  readonly secretKey: string;
  /** Valid signing secrets of the webhook endpoints; empty without webhooks. */
  readonly webhookSecrets: readonly string[];
  /** Another URL of the API than Stripe's own. */
  readonly apiUrl?: string | undefined;
  /** Where the shopper returns to from the bank's page. */
  readonly returnUrl: string;
}

/** Undefined without a key: then the provider does not exist. */
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
