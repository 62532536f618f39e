import { Stripe } from 'stripe';
import { StripeProvider } from '../../../src/payments/providers/stripe/stripe.provider.js';
import { encodeId, type PaymentId } from '../../../src/shared/ids.js';
import type { ArmedFault, Fault, ProviderHarness, ServiceBooks, WebhookHarness } from '../harness.js';
import type { AttemptKind } from '../../../src/payments/domain/payment.js';
import { StripeFailure } from './failure.js';
import type { KeptIntent } from './objects.js';
import { rewritten } from './older-versions.js';
import { StripeStub } from './stub.js';

const secrets = { first: 'whsec_first_9dQ2mZ', second: 'whsec_second_c8Yt1B', wrong: 'whsec_of_somebody_else' };

/** Where the money of an operation is moved; what is lost or fails may as well be lost before. */
const moving: Readonly<Record<AttemptKind, RegExp>> = {
  authorize: /^POST .*\/confirm$/,
  capture: /^POST .*\/capture$/,
  void: /^POST .*\/cancel$/,
  refund: /^POST \/v1\/refunds$/,
};

export async function openStripeHarness(): Promise<ProviderHarness> {
  const stub = await StripeStub.start();
  const provider = new StripeProvider({
    secretKey: stub.secretKey,
    webhookSecrets: [secrets.first, secrets.second],
    apiUrl: stub.url,
    returnUrl: 'https://shop.example/back',
  });
  return {
    provider,
    currency: 'USD',
    methods: {
      approved: 'pm_card_visa',
      declines: [
        { paymentMethod: 'pm_card_chargeDeclined', code: 'card_declined', retryable: false },
        { paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds', code: 'insufficient_funds', retryable: true },
        { paymentMethod: 'pm_card_chargeDeclinedLostCard', code: 'card_declined', retryable: false },
        { paymentMethod: 'pm_card_chargeDeclinedExpiredCard', code: 'expired_card', retryable: false },
        { paymentMethod: 'pm_card_chargeDeclinedProcessingError', code: 'processing_error', retryable: true },
        { paymentMethod: 'pm_that_nobody_made', code: 'resource_missing', retryable: false },
      ],
      requiresAction: 'pm_card_authenticationRequired',
      voucher: 'pm_konbini',
      notOffered: 'pm_needsScript',
      pending: 'pm_usBankAccount_success',
    },
    arm: (fault, kind) => arm(stub, fault, kind),
    shopper: async (url, decision) => {
      await fetch(`${url}?decision=${decision}`, { redirect: 'manual' });
    },
    revoke: async () => {
      const key = stub.secretKey;
      stub.secretKey = 'sk_test_rolled';
      return async () => void (stub.secretKey = key);
    },
    refuseCapture: async () => {
      const refusal = { type: 'invalid_request_error', code: 'charge_not_capturable', message: 'No.' };
      stub.arm(moving.capture, new StripeFailure(400, refusal, true));
    },
    mature: async (paymentId) => {
      for (const kept of intentsOf(stub, paymentId)) stub.account.intents.authorize(kept, stub.asStripe());
    },
    reverseRefunds: async (paymentId) => {
      const intents = intentsOf(stub, paymentId).map(({ intent }) => intent.id);
      const { refunds } = stub.account;
      for (const refund of refunds.kept.filter(({ payment_intent: of }) => intents.includes(of)))
        refunds.fail(refund, stub.asStripe());
    },
    moveUnknown: async () => {
      stub.account.moveOther('contribution', 'contribution', -50, 'usd');
      return { type: 'contribution', amount: 50, currency: 'USD' };
    },
    settleIn: async (settled) => {
      const { journal } = stub.account;
      journal.settles = settled && { currency: settled.currency.toLowerCase(), rates: { usd: settled.rate } };
    },
    payAsAnother: async () => {
      const { hostname: host, port } = new URL(stub.url);
      const { paymentIntents } = new Stripe(stub.secretKey, { host, port, protocol: 'http' });
      return (await paymentIntents.create({ amount: 1000, currency: 'usd', payment_method: 'pm_card_visa' })).id;
    },
    statementDescriptor: async (paymentId) => intentsOf(stub, paymentId)[0]!.intent.statement_descriptor_suffix,
    books: async (paymentId) => booksOf(intentsOf(stub, paymentId)),
    webhooks: webhookHarness(stub),
    close: () => stub.close(),
  };
}

async function arm(stub: StripeStub, fault: Fault, kind: AttemptKind): Promise<ArmedFault | undefined> {
  if (fault === 'garbled') return undefined; // JSON has numbers
  if (fault === 'refused') await stub.refuseConnections();
  else if (fault === 'server_error')
    stub.arm(moving[kind], new StripeFailure(503, { type: 'api_error', message: 'Try again.' }));
  else stub.arm(moving[kind], fault);
  return { paymentMethod: 'pm_card_visa', heal: () => stub.heal() };
}

function intentsOf({ account }: StripeStub, paymentId: PaymentId): KeptIntent[] {
  const mark = encodeId('pay', paymentId);
  return [...account.intents.kept.values()].filter(({ intent }) => intent.metadata['till_payment'] === mark);
}

function booksOf(kept: readonly KeptIntent[]): ServiceBooks {
  const approved = kept.filter(({ charge }) => charge?.paid);
  const sum = (amount: (one: KeptIntent) => number) => approved.reduce((total, one) => total + amount(one), 0);
  return {
    authorizations: approved.length,
    authorized: sum(({ intent }) => intent.amount),
    captured: sum(({ intent }) => intent.amount_received),
    voided: sum(({ intent }) => (intent.status === 'canceled' ? intent.amount : 0)),
    refunded: sum(({ charge }) => charge!.amount_refunded),
  };
}

function webhookHarness(stub: StripeStub): WebhookHarness {
  const { webhooks } = new Stripe('sk_test_unused');
  const sign = (raw: Buffer, secret: string, at: Date) => ({
    'stripe-signature': webhooks.generateTestHeaderString({
      payload: raw.toString(),
      secret,
      timestamp: at.getTime() / 1000,
    }),
  });
  return {
    about: async (paymentId) => {
      const ids = intentsOf(stub, paymentId).map(({ intent }) => intent.id);
      const events = stub.account.journal.events.filter(({ about }) => ids.includes(about));
      return events.map(({ raw }) => ({ raw, headers: sign(raw, secrets.first, new Date()) }));
    },
    sign: (raw, secret, at) => sign(raw, secrets[secret], at),
    versions: {
      older: (raw) => rewritten(raw, '2020-08-27'),
      unsupported: (raw) => rewritten(raw, '2019-12-03'),
    },
  };
}
