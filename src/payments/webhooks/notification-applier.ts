import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { PaymentLocks } from '../attempts/payment-locks.js';
import { isDispute, type ProviderNotification } from '../providers/provider.js';
import { DisputeHandler } from './dispute.handler.js';
import { OperationHandler } from './operation.handler.js';
import { ProviderEventsRepository } from './provider-events.repository.js';
import { applied, unknownPayment, type WebhookResult } from './webhook-result.js';

/** Applies one notification of a provider: locate its rows, lock them, decide, record. */
@Injectable()
export class NotificationApplier {
  constructor(
    private readonly tx: Transaction,
    private readonly events: ProviderEventsRepository,
    private readonly locks: PaymentLocks,
    private readonly operations: OperationHandler,
    private readonly disputes: DisputeHandler,
  ) {}

  /** Returns the result, with the reason if it was not applied. Safe to repeat: an event is applied once. */
  async apply(provider: string, notification: ProviderNotification): Promise<WebhookResult> {
    const target = await this.events.locate(provider, notification);
    if (!target) return unknownPayment(notification);
    const handler = isDispute(notification) ? this.disputes : this.operations;
    await handler.openAccounts(target.currency, provider);
    const result = await this.tx.run(async () => {
      const locked = await this.locks.lock(target);
      if (await this.events.isApplied(provider, notification.providerEventId)) return applied;
      return isDispute(notification)
        ? this.disputes.apply(locked, notification)
        : this.operations.apply({ ...locked, own: target.own }, notification);
    });
    return { ...result, paymentId: target.paymentId };
  }
}
