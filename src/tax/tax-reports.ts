import { Injectable } from '@nestjs/common';
import type { OrderId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { nextOperation, type TaxPosition } from './domain/tax-report.js';
import type { TaxDocumentKeeper } from './providers/tax-provider.js';
import { TaxProviders } from './providers/tax-providers.js';
import type { TaxDocumentEntity, TaxOperationEntity } from './tax-document.entity.js';
import { TaxDocuments } from './tax-documents.js';

/** What the provider does not know yet of an order. */
interface UnsentOperation {
  readonly document: TaxDocumentEntity;
  readonly operation: TaxOperationEntity;
}

/**
 * Tells the tax provider what becomes of orders. Each operation is committed before it is sent, with its id as the provider's
 * idempotency key, so a run that died is continued by the next one and nothing counts twice.
 */
@Injectable()
export class TaxReports {
  constructor(
    private readonly tx: Transaction,
    private readonly documents: TaxDocuments,
    private readonly providers: TaxProviders,
  ) {}

  /**
   * Tells the provider all that it does not know of an order, in sequence; nothing for an order that it did not tax. `positionOf` reads
   * the order, in the transaction that decides.
   * @throws TaxCallRefused, and other errors if it does not answer
   */
  async report(orderId: OrderId, positionOf: () => Promise<TaxPosition>): Promise<void> {
    const { external } = this.providers;
    if (!external?.documents) return;
    for (;;) {
      const unsent = await this.tx.run(() => this.next(orderId, positionOf));
      if (!unsent) return;
      await send(external.documents, unsent, AbortSignal.timeout(external.timeoutMs));
      await this.tx.run(() => this.documents.noteSent(unsent.operation.id));
    }
  }

  /** Returns those of the orders that have a document at the tax provider. */
  withDocument(orderIds: readonly OrderId[]): Promise<OrderId[]> {
    const { external } = this.providers;
    return external?.documents ? this.documents.ofProvider(external.name, orderIds) : Promise.resolve([]);
  }

  /** Returns what is to be sent next: what an earlier run left, then what is new. */
  private async next(orderId: OrderId, positionOf: () => Promise<TaxPosition>): Promise<UnsentOperation | undefined> {
    const document = await this.documents.lock(orderId);
    if (!document || document.provider !== this.providers.external?.name) return undefined;
    const before = await this.documents.operations(orderId);
    const left = before.find(({ sentAt }) => sentAt === null);
    if (left) return { document, operation: left };
    const wanted = nextOperation(before, await positionOf());
    return wanted && { document, operation: await this.documents.add(orderId, wanted) };
  }
}

function send(keeper: TaxDocumentKeeper, { document, operation }: UnsentOperation, signal: AbortSignal): Promise<void> {
  const { id: key, orderId, kind, groups } = operation;
  const { reference, currency } = document;
  if (kind === 'commit') return keeper.commit({ key, orderId, reference, currency, groups }, signal);
  if (kind === 'refund') return keeper.refund({ key, orderId, currency, groups }, signal);
  return keeper.void({ key, orderId }, signal);
}
