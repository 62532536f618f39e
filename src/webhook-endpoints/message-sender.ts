import { Injectable } from '@nestjs/common';
import { version } from '../platform/build/index.js';
import { Clock } from '../shared/clock.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { httpSignatureHeaders } from './domain/http-signature.js';
import { signedHeaders, type Signer } from './domain/signature.js';
import { HttpSender } from './http-sender.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import type { WebhookMessage } from './webhook-messages.js';

/** Makes one attempt: signs, sends and records. */
@Injectable()
export class MessageSender {
  constructor(
    private readonly http: HttpSender,
    private readonly recorder: AttemptRecorder,
    private readonly clock: Clock,
  ) {}

  /** Returns whether to go on with the endpoint. */
  async send(
    endpoint: WebhookEndpointEntity,
    delivery: WebhookDeliveryEntity,
    message: WebhookMessage | undefined,
    signers: readonly Signer[],
  ): Promise<boolean> {
    if (!message) {
      await this.recorder.abandon(delivery);
      return true;
    }
    const headers = this.headersOf(endpoint, message, signers);
    const sent = await this.http.post(endpoint.url, message.body, headers);
    return this.recorder.record({ delivery, url: endpoint.url, headers, sent });
  }

  private headersOf(
    { url, httpSignatures }: WebhookEndpointEntity,
    message: WebhookMessage,
    signers: readonly Signer[],
  ): Record<string, string> {
    const created = Math.floor(this.clock.now().getTime() / 1000);
    const signed = signedHeaders({ ...message, timestamp: created }, signers);
    const headers = { 'content-type': 'application/json', 'user-agent': `Till/${version}`, ...signed };
    if (!httpSignatures) return headers;
    return { ...headers, ...httpSignatureHeaders({ url, body: message.body, created, headers }, signers) };
  }
}
