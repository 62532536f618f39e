import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Any } from 'typeorm';
import type { OrderId } from '../../shared/ids.js';
import { slices } from '../../shared/slices.js';
import { Transaction } from '../../platform/database/index.js';
import { PaymentEntity } from '../attempts/payment.entity.js';
import type { EnrichedSettlementLine } from '../domain/settlement-comparison.js';
import { isConversion, isPostedFromStatement } from '../domain/statement-kinds.js';
import type { PaymentProvider, SettlementLine, Statement } from '../providers/provider.js';

/** How long a provider may take for a statement, in milliseconds. */
const TIMEOUT_MS = 60_000;
const AT_ONCE = 5000;

/** A provider with statements. */
export type SettlingProvider = PaymentProvider & Required<Pick<PaymentProvider, 'listSettlements'>>;

/** A statement whose lines have the ids of Till. */
export type EnrichedStatement = Pick<Statement, 'totals'> & { readonly lines: readonly EnrichedSettlementLine[] };

export interface TimeRange {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/** Reads providers' statements, and adds the ids of Till to each line. */
@Injectable()
export class StatementLines {
  constructor(private readonly tx: Transaction) {}

  /** Call it outside a transaction. Throws errors of the provider. */
  async read(provider: SettlingProvider, range: TimeRange): Promise<EnrichedStatement> {
    const { lines, totals } = await provider.listSettlements(range, AbortSignal.timeout(TIMEOUT_MS));
    const inRange = lines.filter(({ settledAt }) => settledAt >= range.from && settledAt < range.to);
    const unnamed = inRange.filter(({ attemptId, reference }) => attemptId === null && reference !== null);
    const orders = await this.ordersOf(provider.name, [...new Set(unnamed.map(({ reference }) => reference!))]);
    const enriched = inRange.map((settlement) => {
      const orderId = orders.get(settlement.reference ?? '') ?? null;
      const isForeign = orderId === null && isOfOthers(settlement);
      const lineReference = derivedUuid(`${provider.name} ${settlement.id}`);
      return { ...settlement, referenceId: referenceOf(provider.name, settlement), lineReference, orderId, isForeign };
    });
    return { lines: enriched, totals };
  }

  private async ordersOf(provider: string, references: readonly string[]): Promise<Map<string, OrderId>> {
    const orders = new Map<string, OrderId>();
    const payments = this.tx.repository(PaymentEntity);
    for (const some of slices(references, AT_ONCE)) {
      const select = { id: true, reference: true, orderId: true };
      for (const { reference, orderId } of await payments.find({ select, where: { provider, reference: Any(some) } }))
        orders.set(reference!, orderId);
    }
    return orders;
  }
}

/** Whether another system made the payment of a line that Till does not know. */
function isOfOthers({ isOurs, attemptId, reference }: SettlementLine): boolean {
  return isOurs === undefined ? attemptId === null && reference !== null : !isOurs;
}

function referenceOf(provider: string, line: SettlementLine): string | null {
  return isPostedFromStatement(line.kind) ? derivedUuid(`${provider} ${movementOf(line)}`) : line.attemptId;
}

/** The id of the movement: both lines of a conversion have the same. */
export function movementOf({ id, kind }: Pick<SettlementLine, 'id' | 'kind'>): string {
  return isConversion(kind) ? id.replace(/:(?:in|out)$/, '') : id;
}

/** The external reference of a movement in the ledger. A manual posting with it counts as the movement's posting. */
export function statementReference(provider: string, movement: string): string {
  return `${provider}:${movement}`.slice(0, 200);
}

/** Makes a UUID from a text (version 8, RFC 9562, section 5.8), from the first bytes of its SHA-256. */
export function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
