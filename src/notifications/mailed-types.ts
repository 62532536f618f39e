import { ACCOUNT_MAIL_TYPES } from './account-mails.js';

/** The events that people get mail about. */
export const MAILED_TYPES = [
  'order.confirmed',
  'order.fulfilled',
  'refund.succeeded',
  'payment.failed',
  'dispute.opened',
  'dispute.closed',
  'user.registered',
  'webhook_endpoint.disabled',
  'user.password_changed',
  'user.second_factor_added',
  'user.second_factor_removed',
  'user.passkey_added',
  'user.passkey_removed',
  'user.identity_linked',
  'user.identity_unlinked',
  ...ACCOUNT_MAIL_TYPES,
] as const;
