import { Injectable } from '@nestjs/common';
import { encodeId } from '../../shared/ids.js';
import { sqlState, violatedConstraint } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { Providers } from '../providers/provider-registry.js';
import { WebhookUnreadable } from '../providers/webhook.errors.js';
import { type ClaimedWebhook, WebhooksRepository } from './webhooks.repository.js';
import type { ProviderNotification } from '../providers/provider.js';
import { ForeignPayments } from './foreign-payments.js';
import { NotificationApplier } from './notification-applier.js';
import { foreignPayment, mostSevere, type WebhookResult } from './webhook-result.js';
import { nextLook } from './retry-schedule.js';

const BATCH = 50;
/** Errors that another try can't change: a value that no column accepts, or a broken rule (PostgreSQL, appendix A). */
const REFUSED = /^(22...|23514)$/;

/** Processes stored webhooks. Any number of workers may run it; one worker at a time processes a webhook. */
@Injectable()
export class WebhookProcessor {
  constructor(
    private readonly repository: WebhooksRepository,
    private readonly providers: Providers,
    private readonly applier: NotificationApplier,
    private readonly foreign: ForeignPayments,
    private readonly logger: Logger,
  ) {}

  /** Processes due webhooks, including those that become due meanwhile, until none is left. */
  async processDue(): Promise<void> {
    for (;;) {
      const webhooks = await this.repository.claim(BATCH);
      if (webhooks.length === 0) return;
      for (const webhook of webhooks) {
        await this.process(webhook).catch((err: unknown) =>
          this.logger.error('the result of a webhook could not be recorded; it is processed again', {
            ...named(webhook),
            err,
          }),
        );
      }
    }
  }

  private async process(webhook: ClaimedWebhook): Promise<void> {
    const result = await this.apply(webhook).catch((error: unknown) => this.failed(webhook, error));
    const againInMs = result.state === 'waiting' ? nextLook(webhook.attempts, webhook.waitedMs) : undefined;
    const final: WebhookResult =
      result.state === 'waiting' && againInMs === undefined
        ? { ...result, state: 'dead', reason: `waited too long: ${result.reason}` }
        : result;
    if (final.state === 'quarantined' || final.state === 'dead') this.alarm(webhook, final);
    await this.repository.record(webhook.id, final, againInMs ?? null);
  }

  private async apply({ provider, raw }: ClaimedWebhook): Promise<WebhookResult> {
    const { webhooks, timeoutMs } = this.providers.of({ provider });
    if (!webhooks) return { state: 'quarantined', reason: `${provider} sends no webhooks` };
    const message = webhooks.parse(raw);
    if (message.unsupported !== undefined) return { state: 'quarantined', reason: message.unsupported };
    const { notifications, toAsk } = message;
    let result: WebhookResult = { state: 'ignored', reason: 'it is about nothing that Till stores' };
    const asked = toAsk && (await webhooks.ask!(toAsk, AbortSignal.timeout(timeoutMs)));
    for (const notification of asked ?? notifications) {
      result = mostSevere(result, await this.applyOne(provider, notification));
    }
    return result;
  }

  /** A payment that has no row here may be of another system, or not be committed yet. */
  private async applyOne(provider: string, notification: ProviderNotification): Promise<WebhookResult> {
    const result = await this.applier.apply(provider, notification);
    const { attemptId, reference } = notification;
    const isUnknown = result.state === 'waiting' && result.paymentId === undefined && attemptId === null;
    return isUnknown && (await this.foreign.includes(provider, reference)) ? foreignPayment : result;
  }

  /** Quarantines a webhook that the database refuses; other errors may be temporary. */
  private failed(webhook: ClaimedWebhook, error: unknown): WebhookResult {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof WebhookUnreadable) return { state: 'quarantined', reason };
    if (REFUSED.test(sqlState(error) ?? '')) {
      return { state: 'quarantined', reason: `the database refuses it: ${violatedConstraint(error) ?? reason}` };
    }
    this.logger.error('a webhook could not be processed; it is tried again', { ...named(webhook), err: error });
    return { state: 'waiting', reason };
  }

  /** Logs without the reason, which may quote the webhook; the reason is stored with the webhook. */
  private alarm(webhook: ClaimedWebhook, { state }: WebhookResult): void {
    this.logger.error(`a webhook is ${state}: a person has to check it`, named(webhook));
  }
}

function named({ id, provider }: ClaimedWebhook) {
  return { webhookId: encodeId('pwh', id), provider };
}
