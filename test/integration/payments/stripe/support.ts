import { newId } from '../../../../src/shared/ids.js';
import { StripeProvider } from '../../../../src/payments/providers/stripe/stripe.provider.js';
import type { Outcome, ProviderAttempt } from '../../../../src/payments/providers/provider.js';
import { StripeStub } from '../../../../tools/provider-kit/stripe/stub.js';

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** A provider and the stub behind it, with what tests do all the time. */
export async function openShop() {
  const stub = await StripeStub.start();
  const settings = {
    secretKey: stub.secretKey,
    webhookSecrets: [],
    apiUrl: stub.url,
    returnUrl: 'https://shop.example/back?lang=en',
  };
  const provider = new StripeProvider(settings);
  // Nobody waits long for an answer that will not come, and everybody for one that does.
  const soon = () => AbortSignal.timeout(stub.isSilent ? 2000 : 20_000);
  const send = (attempt: ProviderAttempt) => provider.send(attempt, soon());
  return {
    stub,
    settings,
    provider,
    send,
    ask: (attempt: ProviderAttempt) => provider.getStatus(attempt, soon()),
    /** An authorization that has been approved, with the intent's id. */
    authorized: async (given: Partial<ProviderAttempt> = {}) => {
      const attempt = authorization({ capture: 'manual', ...given });
      const { reference } = await send(attempt);
      return { ...attempt, reference: reference! };
    },
    close: () => stub.close(),
  };
}

export function authorization(given: Partial<ProviderAttempt> = {}): ProviderAttempt {
  return {
    id: newId<'att'>(),
    paymentId: newId<'pay'>(),
    kind: 'authorize',
    capture: 'automatic',
    amount: 1999,
    currency: 'EUR',
    paymentMethod: 'pm_card_visa',
    statementDescriptor: null,
    reference: null,
    ...given,
  };
}

/** Another operation on the same payment. */
export function following(
  first: ProviderAttempt,
  kind: ProviderAttempt['kind'],
  amount = first.amount,
): ProviderAttempt {
  return { ...first, id: newId<'att'>(), kind, amount };
}

/** What an outcome says, without ids and times. */
export function told(outcome: Outcome): unknown {
  if (outcome.state !== 'completed') return outcome.state;
  return outcome.events.map(({ type, amount, currency, decline }) => ({
    type,
    amount,
    currency,
    ...(decline && { decline }),
  }));
}

export const idsOf = (outcome: Outcome): string[] =>
  outcome.state === 'completed' ? outcome.events.map(({ providerEventId }) => providerEventId) : [];
