import { z } from 'zod';
import { certificates, isLoopback, isProduction, section, serverUrl } from '../platform/config/index.js';

export const brokerSettings = section({
  variables: {
    BROKER_URL: serverUrl('amqp', 'amqps').optional(),
    BROKER_CA: certificates.optional(),
    BROKER_EXCHANGE: z
      .string()
      .regex(/^(?!amq\.)[\w.:-]{1,127}$/, {
        error: 'must be a name of letters, digits, . _ : and -, and not begin with amq.',
      })
      .optional(),
    BROKER_MESSAGES: z.enum(['structured', 'binary']).default('structured'),
  },
  secrets: ['BROKER_URL', 'BROKER_CA'],
  problems({ BROKER_URL: url, ...given }) {
    if (!isProduction(given) || given.REQUIRE_TLS === 'no' || url === undefined || isSafe(url)) return [];
    return [
      'BROKER_URL: must use TLS in production: amqps:// (with BROKER_CA for a private authority), or set REQUIRE_TLS=no if the network is private and encrypted otherwise',
    ];
  },
  settings: (variables, { shop }) => ({
    /** Where events go as well; absent if there is no broker. */
    url: variables.BROKER_URL,
    /** The certificates of a private authority, in PEM. */
    ca: variables.BROKER_CA,
    /** Of a further shop by default its own, since shops may share a broker. */
    exchange: variables.BROKER_EXCHANGE ?? (shop === undefined ? 'till.events' : `till.events.${shop}`),
    /** Whether a message has the whole event in its body, or its attributes in headers. */
    mode: variables.BROKER_MESSAGES,
  }),
});

export type BrokerSettings = ReturnType<typeof brokerSettings.settings>;

function isSafe(url: string): boolean {
  return url.startsWith('amqps:') || isLoopback(new URL(url).hostname);
}
