import type { ProblemDocs } from '../platform/http/index.js';

export const webhookEndpointProblems: ProblemDocs = {
  webhook_endpoint_disabled: {
    title: 'Webhook endpoint disabled',
    help: 'Somebody disabled the endpoint, it answered 410, or it failed for five days (`disabledReason`). Enable it with PATCH and `{"status":"enabled"}`; what waits for it is sent then.',
  },
  webhook_secrets_unavailable: {
    status: 503,
    title: 'No keys for secrets',
    help: 'The database holds the secrets of webhook endpoints encrypted, and the operator has set no `ENCRYPTION_KEYS`.',
  },
};
