import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../../shared/clock.js';
import { Config } from '../../../platform/config/index.js';
import { Fault, Logger, reasonOf } from '../../../platform/logging/index.js';
import { PeriodicJob } from '../../../platform/schedule/index.js';
import { type DueWebhook, SandboxWebhookQueue } from './webhook-queue.repository.js';
import { SandboxWebhookCodec } from './webhook-codec.js';
import { sandboxSettings } from './sandbox.settings.js';

const EVERY_MS = 500;
const BATCH = 50;
const TIMEOUT_MS = 5000;

/** Sends the sandbox's webhooks to Till over HTTP, like an external service. */
@Injectable()
export class SandboxWebhookSender implements OnModuleInit {
  private readonly job: PeriodicJob;
  private readonly address: string;
  /** Leads to a further shop where the address does not. */
  private readonly toShop: Readonly<Record<string, string>>;
  private sends = false;

  constructor(
    private readonly outbox: SandboxWebhookQueue,
    private readonly webhooks: SandboxWebhookCodec,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly config: Config,
  ) {
    this.address = `${reachable(config.http.publicUrl)}/v1/providers/sandbox/webhooks`;
    this.toShop = config.shop === undefined ? {} : { 'till-shop': config.shop };
    this.job = new PeriodicJob("send the sandbox's webhooks", logger, () => this.sendDue());
  }

  /** Sends nothing to a guessed URL: another installation may listen there and accept the webhooks. */
  onModuleInit(): void {
    const { webhookSecrets } = this.config.of(sandboxSettings);
    if (this.config.http.publicUrlIsGuessed)
      this.logger.warn("the sandbox's webhooks are not sent: set PUBLIC_URL to the api's address");
    else if (webhookSecrets.length === 0)
      this.logger.warn("the sandbox's webhooks are not sent: set SANDBOX_WEBHOOK_SECRETS");
    else this.sends = true;
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.sends ? this.job.tick() : Promise.resolve();
  }

  private async sendDue(): Promise<void> {
    for (let sent = BATCH; sent === BATCH;) {
      const due = await this.outbox.claim(BATCH);
      sent = due.length;
      for (const webhook of due) await this.deliver(webhook);
    }
  }

  private async deliver({ id, body, copies }: DueWebhook): Promise<void> {
    try {
      await Promise.all(Array.from({ length: copies }, () => this.post(Buffer.from(body))));
      await this.outbox.arrived(id);
    } catch (error) {
      this.logger.warn('a webhook of the sandbox did not arrive; it is sent again', {
        address: this.address,
        reason: reasonOf(error),
      });
    }
  }

  private async post(raw: Buffer): Promise<void> {
    const signature = this.webhooks.sign(raw, this.clock.now());
    if (!signature) throw new Fault('the sandbox has no secret to sign with');
    const response = await fetch(this.address, {
      method: 'POST',
      body: new Uint8Array(raw),
      headers: { 'content-type': 'application/json', ...this.toShop, ...signature },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`answered ${response.status}`);
  }
}

/** Names below `localhost` are this machine (RFC 6761, section 6.3), which most resolvers of systems do not know. */
function reachable(url: string): string {
  return url.replace(/^(https?:\/\/)[^/:]+\.(localhost(?=[:/]|$))/i, '$1$2');
}
