import type { z } from 'zod';
import { authSettings } from './auth/auth.settings.js';
import { identitySettings } from './auth/identities/identities.settings.js';
import { passkeySettings } from './auth/passkeys/passkeys.settings.js';
import { backupSettings } from './backup/backup.settings.js';
import { brokerSettings } from './broker/broker.settings.js';
import { catalogSettings } from './catalog/catalog.settings.js';
import { exportSettings } from './exports/exports.settings.js';
import { graphqlSettings } from './graphql/graphql.settings.js';
import { grpcSettings } from './grpc/grpc.settings.js';
import { mailSettings } from './notifications/mail.settings.js';
import { liveSettings } from './live/live.settings.js';
import { orderMessageSettings } from './order-messages/order-messages.settings.js';
import { orderSettings } from './orders/orders.settings.js';
import { paymentSettings } from './payments/payments.settings.js';
import { providerSettings } from './payments/providers/providers.settings.js';
import { sandboxSettings } from './payments/providers/sandbox/sandbox.settings.js';
import { soapSettings } from './payments/providers/soap/soap.settings.js';
import { stripeSettings } from './payments/providers/stripe/stripe.settings.js';
import { taxSettings } from './tax/tax.settings.js';
import { taxRuleSettings } from './tax/tax-rules.settings.js';
import { viesSettings } from './tax/vies.settings.js';
import { privacySettings } from './privacy/privacy.settings.js';
import { webhookEndpointSettings } from './webhook-endpoints/webhook-endpoints.settings.js';
import { queueBoardSettings } from './platform/queue-board/queue-board.settings.js';
import { shopsSettings } from './platform/shops/shops.settings.js';
import { type Config, type GeneralVariables, readConfig, readVariables as read } from './platform/config/index.js';

/** The settings of all modules. */
export const sections = [
  authSettings,
  identitySettings,
  passkeySettings,
  backupSettings,
  brokerSettings,
  mailSettings,
  catalogSettings,
  orderSettings,
  orderMessageSettings,
  liveSettings,
  taxSettings,
  taxRuleSettings,
  viesSettings,
  paymentSettings,
  sandboxSettings,
  stripeSettings,
  soapSettings,
  providerSettings,
  privacySettings,
  webhookEndpointSettings,
  exportSettings,
  graphqlSettings,
  grpcSettings,
  queueBoardSettings,
  shopsSettings,
] as const;

type Source = Readonly<Record<string, string | undefined>>;
type VariablesOf<S> = S extends { readonly variables: infer V extends z.ZodRawShape }
  ? z.output<z.ZodObject<V>>
  : never;
type Mail = VariablesOf<typeof mailSettings>;
type Providers = VariablesOf<typeof providerSettings>;

/** The valid settings of an environment that may be incomplete. */
export type Variables = Partial<GeneralVariables & Mail & Providers>;

/**
 * Reads and checks the environment.
 * @throws InvalidConfig with all invalid variables
 */
export function loadConfig(source: Source): Config {
  return readConfig(source, sections);
}

/** Returns the valid settings of an environment that may be incomplete, for commands that report what is wrong with it. */
export function readVariables(source: Source): Variables {
  return read(source, sections) as Variables;
}
