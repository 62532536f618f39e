import { describe, expect, it } from 'vitest';
import type { ProviderHarness } from '../../../tools/provider-kit/harness.js';
import { type Result, resultOf } from '../../../tools/provider-kit/check.js';
import { Kit } from '../../../tools/provider-kit/kit.js';
import { sandboxHarnessOn } from '../../../tools/provider-kit/sandbox.js';
import { checksFor, verify } from '../../../tools/provider-kit/verify.js';
import { newId } from '../../../src/shared/ids.js';
import type { PaymentProvider, ProviderWebhooks } from '../../../src/payments/providers/provider.js';
import { createDatabase } from '../../support/database.js';
import { openSoapHarness } from '../../../tools/provider-kit/soap/harness.js';
import { openStripeHarness } from '../../../tools/provider-kit/stripe/harness.js';

const PATIENCE = 120_000;

/** On a database of the test run's server. */
async function openSandbox(): Promise<ProviderHarness> {
  const database = await createDatabase();
  const harness = await sandboxHarnessOn(database.url);
  const close = async () => {
    await harness.close();
    await database.drop();
  };
  return { ...harness, close };
}

describe('a provider keeps the contract:', () => {
  it.each([
    ['sandbox', openSandbox],
    ['stripe', openStripeHarness],
    ['soap', openSoapHarness],
  ])(
    '%s',
    async (_, open) => {
      const harness = await open();
      try {
        const results = await verify(harness, () => undefined);
        expect(results.filter(({ state }) => state === 'failed')).toEqual([]);
        expect(results.filter(({ state }) => state === 'ok').length).toBeGreaterThan(30);
      } finally {
        await harness.close();
      }
    },
    PATIENCE,
  );
});

/** What the kit says of one check. */
async function resultOfCheck(harness: ProviderHarness, wanted: string): Promise<Result> {
  try {
    const check = checksFor(harness).find(({ area, name }) => `${area}: ${name}` === wanted)!;
    return await resultOf(check, new Kit(harness));
  } finally {
    await harness.close();
  }
}

type Break = (right: PaymentProvider) => Partial<PaymentProvider>;

/** The provider of Stripe with something wrong about it. */
async function broken(breaks: Break): Promise<ProviderHarness> {
  const harness = await openStripeHarness();
  const { provider } = harness;
  const right: PaymentProvider = {
    name: provider.name,
    timeoutMs: provider.timeoutMs,
    capabilities: provider.capabilities,
    webhooks: provider.webhooks!,
    send: (attempt, signal) => provider.send(attempt, signal),
    getStatus: (attempt, signal) => provider.getStatus(attempt, signal),
    listSettlements: (range, signal) => provider.listSettlements!(range, signal),
  };
  return { ...harness, provider: { ...right, ...breaks(right) } };
}

const breakWebhooks =
  (breaks: (right: ProviderWebhooks) => Partial<ProviderWebhooks>): Break =>
  ({ webhooks }) => ({ webhooks: { verify: webhooks!.verify, parse: webhooks!.parse, ...breaks(webhooks!) } });

describe('the kit finds a provider that', () => {
  it.each<[string, Break, string]>([
    [
      'sends every call under a key of its own',
      ({ send }) => ({
        send: async (attempt, signal) => {
          const outcome = await send({ ...attempt, id: newId<'att'>() }, signal);
          if (outcome.state !== 'completed') return outcome;
          return { ...outcome, events: outcome.events.map((event) => ({ ...event, attemptId: attempt.id })) };
        },
      }),
      'one effect per key: authorize: sent again',
    ],
    [
      'calls a time-out a decline',
      ({ send }) => ({
        send: async (attempt, signal) => {
          const outcome = await send(attempt, signal);
          if (outcome.state !== 'unknown') return outcome;
          const { id: attemptId, amount, currency } = attempt;
          const event = {
            providerEventId: attemptId,
            attemptId,
            type: 'declined',
            amount,
            currency,
            occurredAt: new Date(),
          } as const;
          return { state: 'completed', events: [event] };
        },
      }),
      'no answer: authorize: unanswered',
    ],
    [
      'charges when it is asked',
      ({ send, getStatus }) => ({
        getStatus: async (attempt, signal) => {
          const outcome = await getStatus(attempt, signal);
          return outcome.state === 'not_sent' ? send(attempt, signal) : outcome;
        },
      }),
      'one effect per key: asked after, and never sent',
    ],
    [
      'knows nothing of what it was not answered',
      ({ getStatus }) => ({
        getStatus: async (attempt, signal) => (attempt.reference ? getStatus(attempt, signal) : { state: 'not_sent' }),
      }),
      'no answer: authorize: unanswered',
    ],
    [
      'does not end when it is told to',
      ({ send }) => ({ send: (attempt) => send(attempt, AbortSignal.timeout(3000)) }),
      'no answer: capture: lost',
    ],
    ['takes every webhook', breakWebhooks(() => ({ verify: () => undefined })), 'webhooks: one byte altered: refused'],
    [
      'names the same event otherwise in a webhook',
      breakWebhooks(({ parse }) => ({
        parse: (raw) => {
          const message = parse(raw);
          return {
            ...message,
            notifications: message.notifications.map((notice) => ({ ...notice, providerEventId: message.id })),
          };
        },
      })),
      'webhooks: the same ids as in the answers',
    ],
    [
      'has an empty statement',
      () => ({ listSettlements: async () => ({ lines: [], totals: new Map() }) }),
      'settlements: captures and refunds, each once and in full',
    ],
  ])(
    '%s',
    async (_, breaks, found) =>
      expect(await resultOfCheck(await broken(breaks), found)).toMatchObject({ state: 'failed' }),
    PATIENCE,
  );
});
