import { z } from 'zod';
import { mayUseBuiltInSecrets, secretList, section, whereExposed } from '../../../platform/config/index.js';

/** What the sandbox signs its webhooks with where nothing is set. Public, so production refuses it. */
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
    /** It signs its webhooks with the first; it sends none where there is none, as in production unless it is set. */
    webhookSecrets: SANDBOX_WEBHOOK_SECRETS ?? (config.mayUseBuiltInSecrets ? [developmentWebhookSecret] : []),
  }),
});
