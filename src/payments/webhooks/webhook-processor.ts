import { Injectable } from '@nestjs/common';
import { encodeId } from '../../shared/ids.js';
import { sqlState, violatedConstraint } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { Providers } from '../providers/provider-registry.js';
import { WebhookUnreadable } from '../providers/webhook.errors.js';
import { type ClaimedWebhook, WebhooksRepository } from './webhooks.repository.js';
import { NotificationApplier } from './notification-applier.js';
import { mostSevere, type WebhookResult } from './webhook-result.js';
import { nextLook } from './retry-schedule.js';

const BATCH = 50;
/** What can't be right whenever it is tried: a value that no column takes, or a rule broken (PostgreSQL, appendix A). */
const REFUSED = /^(22...|23514)$/;

/** Processes the webhooks that were kept: any number of workers, each webhook by one of them at a time. */
@Injectable()
export class WebhookProcessor {
  constructor(
    private readonly repository: WebhooksRepository,
    private readonly providers: Providers,
    private readonly applier: NotificationApplier,
    private readonly logger: Logger,
  ) {}

  /** Processes what is due, and what that makes due, until nothing is left. */
  async processDue(): Promise<void> {
    for (;;) {
      const webhooks = await this.repository.claim(BATCH);
      if (webhooks.length === 0) return;
      for (const webhook of webhooks) {
        await this.process(webhook).catch((err: unknown) =>
          this.logger.error('what became of a webhook could not be recorded; it is processed again', {
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
    const { webhooks } = this.providers.of({ provider });
    if (!webhooks) return { state: 'quarantined', reason: `${provider} sends no webhooks` };
    let result: WebhookResult = { state: 'ignored', reason: 'it is about nothing that Till keeps' };
    for (const notification of webhooks.parse(raw).notifications) {
      result = mostSevere(result, await this.applier.apply(provider, notification));
    }
    return result;
  }

  /** What the database refuses can't be right; anything else may pass. */
  private failed(webhook: ClaimedWebhook, error: unknown): WebhookResult {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof WebhookUnreadable) return { state: 'quarantined', reason };
    if (REFUSED.test(sqlState(error) ?? '')) {
      return { state: 'quarantined', reason: `the database refuses it: ${violatedConstraint(error) ?? reason}` };
    }
    this.logger.error('a webhook could not be processed; it is tried again', { ...named(webhook), err: error });
    return { state: 'waiting', reason };
  }

  /** The reason is kept with the webhook: it may repeat what the provider sent. */
  private alarm(webhook: ClaimedWebhook, { state }: WebhookResult): void {
    this.logger.error(`a webhook is ${state} and needs somebody to look at it`, named(webhook));
  }
}

function named({ id, provider }: ClaimedWebhook) {
  return { webhookId: encodeId('pwh', id), provider };
}
