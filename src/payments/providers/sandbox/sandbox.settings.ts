import { z } from 'zod';
import { mayUseBuiltInSecrets, secretList, section, whereExposed } from '../../../platform/config/index.js';

/** The default secret for the sandbox's webhooks. It is public, so production refuses it. */
export const developmentWebhookSecret = 'till-sandbox-development';

export const sandboxSettings = section({
  variables: {
    SANDBOX_IN_PRODUCTION: z.enum(['yes', 'no']).default('no'),
    SANDBOX_WEBHOOK_SECRETS: secretList.optional(),
  },
  secrets: ['SANDBOX_WEBHOOK_SECRETS'],
  problems(given) {
    const isPublic = given.SANDBOX_WEBHOOK_SECRETS?.includes(developmentWebhookSecret) ?? false;
    if (!isPublic || mayUseBuiltInSecrets(given)) return [];
    return [
      `SANDBOX_WEBHOOK_SECRETS: must be secrets of your own ${whereExposed(given)}, since the built-in one is public: openssl rand -hex 24`,
    ];
  },
  settings: ({ SANDBOX_WEBHOOK_SECRETS }, config) => ({
    /** The sandbox signs webhooks with the first secret. Without one it sends none, as in production by default. */
    webhookSecrets: SANDBOX_WEBHOOK_SECRETS ?? (config.mayUseBuiltInSecrets ? [developmentWebhookSecret] : []),
  }),
});
