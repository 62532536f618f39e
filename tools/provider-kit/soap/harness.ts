import type { Fault, ProviderHarness, ServiceBooks } from '../harness.js';
import { SoapProvider } from '../../../src/payments/providers/soap/soap.provider.js';
import type { AttemptKind } from '../../../src/payments/domain/payment.js';
import type { PaymentId } from '../../../src/shared/ids.js';
import type { Bank, Operation } from './bank.js';
import { type mishaps, PASSWORD, type SoapGatewayServer, startSoapGateway, USERNAME } from './gateway.js';

const operations = { authorize: 'Authorise', capture: 'Capture', void: 'Reverse', refund: 'Refund' } as const;
const mishapOf = {
  unanswered: 'hangs',
  cut: 'drops',
  lost: 'loses',
  server_error: 'faults',
  garbled: 'marksThousands',
} as const satisfies Record<Exclude<Fault, 'refused'>, keyof typeof mishaps>;

/** The gateway of the tests, and the provider that speaks to it. */
export async function openSoapHarness(): Promise<ProviderHarness> {
  const gateway = await startSoapGateway();
  return {
    provider: new SoapProvider({ url: gateway.url, username: USERNAME, password: PASSWORD }, 1000),
    currency: 'EUR',
    methods: {
      approved: 'card_ok',
      declines: [
        { paymentMethod: 'card_declined', code: 'card_declined', retryable: false },
        { paymentMethod: 'card_no_funds', code: 'insufficient_funds', retryable: true },
        { paymentMethod: 'card_expired', code: 'expired_card', retryable: false },
        { paymentMethod: 'card_that_nobody_has', code: 'invalid_payment_method', retryable: false },
      ],
      pending: 'card_pending',
    },
    arm: (fault, kind) => arm(gateway, fault, kind),
    moveUnknown: async () => {
      const line = { kind: 'LOYALTY', amount: 50, currency: 'EUR' } as const;
      gateway.bank.others.push({ ...line, id: 'L-loyalty', direction: 'DEBIT', settledAt: new Date() });
      return { type: line.kind, amount: line.amount, currency: line.currency };
    },
    revoke: async () => {
      gateway.credentials.password = 'another one';
      return async () => void (gateway.credentials.password = PASSWORD);
    },
    refuseCapture: async (paymentId) => gateway.bank.release(paymentId),
    reverseRefunds: async (paymentId) => gateway.bank.returnRefunds(paymentId),
    mature: async (paymentId) => gateway.bank.mature(paymentId),
    books: async (paymentId) => booksOf(gateway.bank, paymentId),
    close: () => gateway.close(),
  };
}

async function arm(gateway: SoapGatewayServer, fault: Fault, kind: AttemptKind) {
  const paymentMethod = 'card_ok';
  if (fault !== 'refused') {
    gateway.next(mishapOf[fault], operations[kind]);
    return { paymentMethod, heal: async () => undefined };
  }
  await gateway.shut();
  return { paymentMethod, heal: () => gateway.open() };
}

function booksOf(bank: Bank, paymentId: PaymentId): ServiceBooks {
  const approved = (...kinds: Operation[]) =>
    bank.entries.filter(
      ({ paymentReference, status, operation }) =>
        paymentReference === paymentId && status === 'APPROVED' && kinds.includes(operation),
    );
  const sum = (...kinds: Operation[]) => approved(...kinds).reduce((total, { amount }) => total + amount, 0);
  return {
    authorizations: approved('AUTHORISE', 'SALE').length,
    authorized: sum('AUTHORISE', 'SALE'),
    captured: sum('SALE', 'CAPTURE'),
    voided: sum('REVERSE'),
    refunded: sum('REFUND'),
  };
}
