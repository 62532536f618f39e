import { apiExamples } from './api-examples.js';
import { eventDocs } from './event-docs.js';
import type { ApiDescription } from './platform/openapi/index.js';
import { WebhookMessageView } from './webhook-endpoints/webhook-message.view.js';

const text = [
  'Orders, stock, payments and a double-entry ledger.',
  'Sign in at POST /v1/auth/login and send the access token as a bearer token. Machines send an API key in its place.',
  'Every POST that moves money or stock takes an Idempotency-Key: a new one for each intent, the same for each retry.',
  'Amounts are whole numbers of minor units (1999 is 19.99 EUR, or 1999 JPY). Times are UTC with milliseconds.',
  'Every error is an `application/problem+json` (RFC 9457) whose `code` is stable; `type` leads to its explanation.',
  'Lists have the newest first, and `nextCursor` for the next page, which is also in the `Link` header.',
].join('\n\n');

const tags: Readonly<Record<string, string>> = {
  auth: 'Registering, signing in and out, passwords, second factors, and accounts at identity providers',
  users: 'Accounts, roles and permissions, and what is stored about a person',
  'api keys': 'Keys with which machines call the API',
  catalogue: 'Products, their stock and its journal',
  orders: 'Quotes, placing, cancelling and shipping orders',
  payments: 'Payments, captures, refunds and disputes, and what payment providers report',
  'store credit': 'Money that customers have in the shop',
  ledger: 'The double-entry ledger and the proof that everything agrees',
  reconciliation: "Providers' statements compared with the ledger",
  tax: 'Tax rates',
  promotions: 'Discounts that apply by themselves, and coupons',
  shipping: 'Ways to ship orders, and what they cost',
  search: 'One search for people behind a counter',
  reports: 'Figures of a period',
  events: 'What happened, in the order in which it was committed, and effects of it that were given up',
  'webhook endpoints': 'Receivers of events, and the log of what was sent to them',
  'audit log': 'Who changed what',
  service: 'How the service is',
};

/** What the API's description says of it as a whole. */
export const apiDescription: ApiDescription = {
  text,
  tags,
  examples: apiExamples,
  webhooks: { events: eventDocs, message: WebhookMessageView },
  refusalsOf: ({ access, isBeforeSecondFactor, needsVerifiedEmail }) => [
    ...(access?.kind === 'public' || isBeforeSecondFactor ? [] : ['second_factor_required']),
    ...(needsVerifiedEmail ? ['email_not_verified'] : []),
  ],
};
