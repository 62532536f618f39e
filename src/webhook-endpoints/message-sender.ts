import { Injectable } from '@nestjs/common';
import { version } from '../platform/build/index.js';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { Clock } from '../shared/clock.js';
import { encodeId } from '../shared/ids.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { signedHeaders } from './domain/signature.js';
import { HttpSender } from './http-sender.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import type { WebhookMessage } from './webhook-messages.js';
import { WebhookSecrets } from './webhook-secrets.js';

/** Makes one attempt: signs, sends and records. */
@Injectable()
export class MessageSender {
  constructor(
    private readonly secrets: WebhookSecrets,
    private readonly http: HttpSender,
    private readonly recorder: AttemptRecorder,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Returns whether to go on with the endpoint. */
  async send(
    endpoint: WebhookEndpointEntity,
    delivery: WebhookDeliveryEntity,
    message: WebhookMessage | undefined,
  ): Promise<boolean> {
    if (!message) {
      await this.recorder.abandon(delivery);
      return true;
    }
    const headers = await this.headersOf(endpoint, message).catch((error: unknown) => {
      logFailure(this.logger, 'a webhook was not signed', error, { endpointId: encodeId('whe', endpoint.id) });
      throw error;
    });
    const sent = await this.http.post(endpoint.url, message.body, headers);
    return this.recorder.record({ delivery, url: endpoint.url, headers, sent });
  }

  private async headersOf(endpoint: WebhookEndpointEntity, message: WebhookMessage): Promise<Record<string, string>> {
    const now = this.clock.now();
    const secrets = await this.secrets.live(endpoint.id, now);
    return {
      'content-type': 'application/json',
      'user-agent': `Till/${version}`,
      ...signedHeaders({ ...message, timestamp: Math.floor(now.getTime() / 1000) }, secrets),
    };
  }
}
