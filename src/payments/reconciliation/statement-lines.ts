import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OrderId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { isPostedFromStatement, type EnrichedSettlementLine } from '../domain/settlement-comparison.js';
import type { PaymentProvider, SettlementLine } from '../providers/provider.js';

/** How long a provider may take to hand out a statement, in milliseconds. */
const TIMEOUT_MS = 60_000;
const AT_ONCE = 5000;
const ORDERS = `SELECT reference, order_id AS "orderId" FROM payments WHERE provider = $1 AND reference = ANY ($2)`;

/** A provider that hands out statements. */
export type SettlingProvider = PaymentProvider & Required<Pick<PaymentProvider, 'listSettlements'>>;

export interface TimeRange {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/** Reads providers' statements, and finds what Till knows of each line. */
@Injectable()
export class StatementLines {
  constructor(private readonly tx: Transaction) {}

  /** Call it outside a transaction. Throws what the provider throws. */
  async read(provider: SettlingProvider, range: TimeRange): Promise<EnrichedSettlementLine[]> {
    const settlements = await provider.listSettlements(range, AbortSignal.timeout(TIMEOUT_MS));
    const inRange = settlements.filter(({ settledAt }) => settledAt >= range.from && settledAt < range.to);
    const unnamed = inRange.filter(({ attemptId, reference }) => attemptId === null && reference !== null);
    const orders = await this.ordersOf(provider.name, [...new Set(unnamed.map(({ reference }) => reference!))]);
    return inRange.map((settlement) => ({
      ...settlement,
      referenceId: referenceOf(provider.name, settlement),
      orderId: orders.get(settlement.reference ?? '') ?? null,
    }));
  }

  private async ordersOf(provider: string, references: readonly string[]): Promise<Map<string, OrderId>> {
    const orders = new Map<string, OrderId>();
    for (let at = 0; at < references.length; at += AT_ONCE) {
      const some = references.slice(at, at + AT_ONCE);
      const rows = await this.tx.query<{ reference: string; orderId: OrderId }>(ORDERS, [provider, some]);
      for (const { reference, orderId } of rows) orders.set(reference, orderId);
    }
    return orders;
  }
}

function referenceOf(provider: string, { id, kind, attemptId }: SettlementLine): string | null {
  return isPostedFromStatement(kind) ? derivedUuid(`${provider} ${id}`) : attemptId;
}

/** The same UUID for the same text (version 8: RFC 9562, section 5.8), from the beginning of its SHA-256. */
export function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
