import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { AttemptId } from '../../../shared/ids.js';
import { Config } from '../../../platform/config/index.js';
import type { ProviderNotification, ProviderWebhooks, WebhookHeaders, WebhookMessage } from '../provider.js';
import { WebhookRefused, WebhookUnreadable } from '../webhook.errors.js';
import { sandboxSettings } from './sandbox.settings.js';

/** `Till-Sandbox-Signature: t=<seconds since 1970>,v1=<hex>`, like Stripe's: HMAC-SHA-256 (RFC 2104) of `<t>.<body>`. */
export const SIGNATURE = 'till-sandbox-signature';
const TOLERANCE_SECONDS = 300;
/** More than the number of secrets in use at a time. */
const MAX_SIGNATURES = 10;

const types = [
  ...(['authorized', 'captured', 'voided', 'expired', 'declined', 'failed'] as const),
  ...(['capture_failed', 'void_failed', 'refunded', 'refund_failed', 'refund_reversed'] as const),
  ...(['dispute_opened', 'dispute_won', 'dispute_lost'] as const),
] satisfies ProviderNotification['type'][];
const message = z.object({ id: z.string(), type: z.string(), data: z.unknown() });
const told = z.object({
  id: z.string(),
  attempt: z.uuid().nullable(),
  payment: z.string(),
  amount: z.number(),
  currency: z.string(),
  occurredAt: z.iso.datetime(),
  decline: z.object({ code: z.string(), retryable: z.boolean() }).optional(),
  dispute: z.string().optional(),
});

/** The data in a webhook. `id` is the event's id, the same as in a response and a poll. */
export type SandboxNotification = z.input<typeof told>;

/** Signs, verifies and reads the sandbox's webhooks. */
@Injectable()
export class SandboxWebhookCodec implements ProviderWebhooks {
  constructor(private readonly config: Config) {}

  verify(raw: Buffer, headers: WebhookHeaders, now: Date): void {
    const { t, v1 } = signatureIn(headers[SIGNATURE]);
    const age = Math.abs(now.getTime() / 1000 - t);
    const signed = this.config.of(sandboxSettings).webhookSecrets.some((secret) => isSignedBy(secret, v1, t, raw));
    if (!signed) throw new WebhookRefused('no signature fits its body');
    if (age > TOLERANCE_SECONDS) throw new WebhookRefused(`its signature is more than ${TOLERANCE_SECONDS} s old`);
  }

  parse(raw: Buffer): WebhookMessage {
    try {
      const { id, type, data } = message.parse(JSON.parse(raw.toString('utf8')));
      const known = types.find((name) => name === type);
      return { id, type, notifications: known ? [noticeOf(known, told.parse(data))] : [] };
    } catch (error) {
      throw new WebhookUnreadable('it is not what the sandbox sends', { cause: error });
    }
  }

  /** Returns the headers for a body that is sent now; undefined without a secret. */
  sign(raw: Buffer, now: Date): Record<string, string> | undefined {
    const [secret] = this.config.of(sandboxSettings).webhookSecrets;
    return secret === undefined ? undefined : signed(raw, secret, now);
  }
}

/** Returns the header value that signs these bytes with a secret at a time. */
export function signed(raw: Buffer, secret: string, at: Date): Record<string, string> {
  const t = Math.floor(at.getTime() / 1000);
  return { [SIGNATURE]: `t=${t},v1=${hmac(secret, t, raw).toString('hex')}` };
}

function noticeOf(type: ProviderNotification['type'], data: z.output<typeof told>): ProviderNotification {
  const { id, attempt, payment, amount, currency, occurredAt, decline, dispute } = data;
  return {
    providerEventId: id,
    type,
    attemptId: attempt as AttemptId | null,
    reference: payment,
    amount,
    currency,
    occurredAt: new Date(occurredAt),
    ...(decline && { decline }),
    ...(dispute !== undefined && { dispute }),
  };
}

/** @throws WebhookRefused */
function signatureIn(header: string | undefined): { readonly t: number; readonly v1: readonly string[] } {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2));
  const values = (name: string) => parts.flatMap(([key, value]) => (key === name && value ? [value] : []));
  const [t = ''] = values('t');
  if (!/^\d{1,12}$/.test(t)) throw new WebhookRefused('it has no signature');
  return { t: Number(t), v1: values('v1').slice(0, MAX_SIGNATURES) };
}

function hmac(secret: string, t: number, raw: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${t}.`).update(raw).digest();
}

/** Whether one of the signatures is valid for the secret. Computes the right one only once. */
function isSignedBy(secret: string, signatures: readonly string[], t: number, raw: Buffer): boolean {
  const expected = hmac(secret, t, raw);
  return signatures.some((hex) => /^[0-9a-f]{64}$/.test(hex) && timingSafeEqual(Buffer.from(hex, 'hex'), expected));
}
