import { randomUUID } from 'node:crypto';

export type Operation = 'AUTHORISE' | 'SALE' | 'CAPTURE' | 'REVERSE' | 'REFUND';

/** One operation in the bank's books. */
export interface Entry {
  readonly merchantReference: string;
  readonly gatewayReference: string;
  readonly paymentReference: string;
  readonly transactionId: string;
  readonly operation: Operation;
  status: 'APPROVED' | 'DECLINED' | 'PENDING';
  readonly reasonCode: string | undefined;
  readonly amount: number;
  readonly currency: string;
  readonly processedAt: Date;
}

/** What a card is declined with: ISO 8583, field 39. */
const reasons: Readonly<Record<string, string>> = {
  card_declined: '05',
  card_no_funds: '51',
  card_expired: '54',
  card_unknown: '14',
};

export class BankRefusal extends Error {
  constructor(readonly code: 'UNKNOWN_REFERENCE' | 'DUPLICATE_REFERENCE' | 'INVALID_REQUEST') {
    super(code);
  }
}

export interface Asked {
  readonly merchantReference: string;
  readonly operation: Operation;
  readonly amount: number;
  readonly currency: string;
}

export interface EnrichedSettlementLine {
  readonly id: string;
  readonly kind: string;
  /** Of a kind that the WSDL does not name. */
  readonly direction?: 'CREDIT' | 'DEBIT';
  readonly entry?: Entry;
  readonly amount: number;
  readonly currency: string;
  readonly settledAt: Date;
}

/** The bank behind the gateway: its own books, kept in memory, and what it makes of an operation. */
export class Bank {
  readonly entries: Entry[] = [];
  /** Lines of the statement that are no operation: fees, payouts, chargebacks. */
  readonly others: EnrichedSettlementLine[] = [];

  open(asked: Asked, paymentReference: string, card: string): Entry {
    return this.once(asked, () => {
      const reasonCode = card === 'card_ok' || card === 'card_pending' ? undefined : (reasons[card] ?? '14');
      const status = card === 'card_pending' ? 'PENDING' : reasonCode ? 'DECLINED' : 'APPROVED';
      return { gatewayReference: `GW${this.entries.length + 1}-${randomUUID()}`, paymentReference, status, reasonCode };
    });
  }

  /** What follows is declined beyond what the books still hold. */
  follow(asked: Asked, gatewayReference: string): Entry {
    return this.once(asked, () => {
      const paymentReference = this.entries.find(
        (entry) => entry.gatewayReference === gatewayReference,
      )?.paymentReference;
      if (!paymentReference) throw new BankRefusal('UNKNOWN_REFERENCE');
      const sum = (...operations: Operation[]) => this.sum(gatewayReference, operations);
      const left =
        asked.operation === 'REFUND'
          ? sum('SALE', 'CAPTURE') - sum('REFUND') + this.returned(gatewayReference)
          : sum('AUTHORISE') - sum('CAPTURE') - sum('REVERSE');
      const approved = asked.amount <= left;
      return {
        gatewayReference,
        paymentReference,
        status: approved ? 'APPROVED' : 'DECLINED',
        reasonCode: approved ? undefined : '61',
      };
    });
  }

  find(merchantReference: string): Entry {
    const found = this.entries.find((entry) => entry.merchantReference === merchantReference);
    if (!found) throw new BankRefusal('UNKNOWN_REFERENCE');
    return found;
  }

  /** The shopper's bank sends the money of the payment's refunds back, days later; only the statement says so. */
  returnRefunds(paymentReference: string): void {
    const refunds = this.entries.filter(
      (one) => one.paymentReference === paymentReference && one.operation === 'REFUND' && one.status === 'APPROVED',
    );
    for (const entry of refunds) {
      const { transactionId, amount, currency } = entry;
      const line = { kind: 'REFUND_RETURN', entry, amount, currency, settledAt: new Date() };
      this.others.push({ ...line, id: `L-${transactionId}-return` });
    }
  }

  private returned(gatewayReference: string): number {
    return this.others
      .filter(({ kind, entry }) => kind === 'REFUND_RETURN' && entry?.gatewayReference === gatewayReference)
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  /** Gives up by itself what it holds, so that nothing is left to capture. */
  release(paymentReference: string): void {
    for (const entry of this.entries.filter((one) => one.paymentReference === paymentReference))
      if (entry.operation === 'AUTHORISE')
        this.entries.push({
          ...entry,
          operation: 'REVERSE',
          merchantReference: randomUUID(),
          transactionId: randomUUID(),
        });
  }

  /** Decides what waits. */
  mature(paymentReference: string): void {
    for (const entry of this.entries)
      if (entry.paymentReference === paymentReference && entry.status === 'PENDING') entry.status = 'APPROVED';
  }

  statement(from: Date, to: Date): EnrichedSettlementLine[] {
    const kinds: Partial<Record<Operation, string>> = { SALE: 'CAPTURE', CAPTURE: 'CAPTURE', REFUND: 'REFUND' };
    const moved = this.entries.filter(({ status, operation }) => status === 'APPROVED' && kinds[operation]);
    const lines = moved.map((entry) => ({
      id: `L-${entry.transactionId}`,
      kind: kinds[entry.operation]!,
      entry,
      amount: entry.amount,
      currency: entry.currency,
      settledAt: entry.processedAt,
    }));
    return [...lines, ...this.others].filter(({ settledAt }) => settledAt >= from && settledAt < to);
  }

  private sum(gatewayReference: string, operations: readonly Operation[]): number {
    return this.entries
      .filter((entry) => entry.gatewayReference === gatewayReference && entry.status === 'APPROVED')
      .filter(({ operation }) => operations.includes(operation))
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  private once(
    { merchantReference, operation, amount, currency }: Asked,
    decide: () => Pick<Entry, 'gatewayReference' | 'paymentReference' | 'status' | 'reasonCode'>,
  ): Entry {
    const known = this.entries.find((entry) => entry.merchantReference === merchantReference);
    if (known) {
      if (known.operation === operation && known.amount === amount && known.currency === currency) return known;
      throw new BankRefusal('DUPLICATE_REFERENCE');
    }
    if (amount < 1) throw new BankRefusal('INVALID_REQUEST');
    const transactionId = `T${this.entries.length + 1}-${randomUUID()}`;
    const made = {
      merchantReference,
      transactionId,
      operation,
      amount,
      currency,
      processedAt: new Date(),
      ...decide(),
    };
    this.entries.push(made);
    return made;
  }
}
