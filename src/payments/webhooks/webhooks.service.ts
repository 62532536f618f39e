import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { NotFound } from '../../shared/errors.js';
import { newId, type ProviderWebhookId } from '../../shared/ids.js';
import type { ProviderWebhooks } from '../providers/provider.js';
import { Providers } from '../providers/provider-registry.js';
import { WebhookUnreadable } from '../providers/webhook.errors.js';
import { WebhooksRepository, type NewWebhook } from './webhooks.repository.js';

/** A stored webhook. */
export interface Receipt {
  readonly id: ProviderWebhookId;
  /** Whether it was received before. */
  readonly duplicate: boolean;
}

/** Receives providers' webhooks: stores each unchanged before the response, to be processed later. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly providers: Providers,
    private readonly repository: WebhooksRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a webhook with a valid signature. Stores an unreadable one too, in quarantine.
   * @throws NotFound for a provider that this installation does not have, or that sends no webhooks
   * @throws WebhookRefused
   */
  async receive(provider: string, raw: Buffer, headers: Readonly<Record<string, string>>): Promise<Receipt> {
    const webhooks = this.providers.find(provider)?.webhooks;
    if (!webhooks) throw new NotFound('provider of webhooks', provider);
    webhooks.verify(raw, headers, this.clock.now());
    return this.repository.keep({ id: newId<'pwh'>(), provider, raw, headers, ...identify(webhooks, raw) });
  }
}

/** Reads id and type of a webhook; the rest is read when it is processed. */
function identify(
  webhooks: ProviderWebhooks,
  raw: Buffer,
): Pick<NewWebhook, 'providerEventId' | 'type' | 'unreadable'> {
  try {
    const { id, type } = webhooks.parse(raw);
    if (!isName(id) || !isName(type)) throw new WebhookUnreadable('its id or its type is no name');
    return { providerEventId: id, type, unreadable: null };
  } catch (error) {
    if (!(error instanceof WebhookUnreadable)) throw error;
    const digest = createHash('sha256').update(raw).digest('hex');
    return { providerEventId: `sha256:${digest}`, type: 'unreadable', unreadable: error.message };
  }
}

/** 1 to 300 visible ASCII characters. */
function isName(text: string): boolean {
  return /^[\x21-\x7e]{1,300}$/.test(text);
}
