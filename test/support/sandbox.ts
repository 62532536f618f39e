import { randomUUID } from 'node:crypto';
import type { ProviderNotification } from '../../src/payments/providers/provider.js';
import { signed } from '../../src/payments/providers/sandbox/webhook-codec.js';
import { developmentWebhookSecret } from '../../src/payments/providers/sandbox/sandbox.settings.js';
import { decodeId } from '../../src/shared/ids.js';
import type { Answer } from './http-client.js';

interface Shop {
  readonly url: string;
  sql(text: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** What a webhook says; what is not given is what is right. */
export interface NotificationContent {
  readonly type: ProviderNotification['type'];
  readonly amount: number;
  /** Whether it names the operation that opened the payment; else it was made at the sandbox, past Till. */
  readonly own?: boolean;
  readonly currency?: string;
  readonly eventId?: string;
  readonly occurredAt?: string;
  readonly dispute?: string;
  readonly reference?: string;
  /** The operation it names, whichever that is. */
  readonly attempt?: string;
}

export interface Webhook {
  readonly id: string;
  readonly raw: Buffer;
  readonly headers: Record<string, string>;
}

const kinds: Partial<Record<NotificationContent['type'], string>> = {
  captured: 'capture',
  refunded: 'refund',
  voided: 'void',
};

/** The sandbox's back office: webhooks about a payment, signed as the sandbox signs them. */
export function sandboxOffice({ url, sql }: Shop) {
  const openingOf = async ({ id }: { id: string }): Promise<string> => {
    const attempts = await sql(`SELECT id FROM payment_attempts WHERE payment_id = $1 AND kind = 'authorize'`, [
      decodeId('pay', id),
    ]);
    return String(attempts[0]?.['id']);
  };

  /** A webhook, not sent yet. */
  const webhook = async (payment: { id: string }, told: NotificationContent): Promise<Webhook> => {
    const { type, amount, own = false, currency = 'EUR', dispute } = told;
    const attempt = told.attempt ?? (own ? await openingOf(payment) : null);
    const data = {
      id: told.eventId ?? `sbx_${attempt ?? randomUUID()}`,
      attempt,
      payment: told.reference ?? `sbx_${decodeId('pay', payment.id)}`,
      amount,
      currency,
      occurredAt: told.occurredAt ?? new Date().toISOString(),
      ...(dispute && { dispute }),
    };
    return message({ id: `msg_${randomUUID()}`, type, data });
  };

  /** Something done in the back office: it is in the sandbox's books, and this is the webhook that tells of it. */
  const make = async (payment: { id: string }, told: NotificationContent): Promise<Webhook> => {
    const id = randomUUID();
    const row = [id, decodeId('pay', payment.id), kinds[told.type], told.amount];
    await sql(
      `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
       VALUES ($1, $2, $3, $4, 'EUR', 'pm_pending', 'succeeded')`,
      row,
    );
    return webhook(payment, { ...told, eventId: `sbx_${id}` });
  };

  const send = async ({
    raw,
    headers,
  }: Pick<Webhook, 'raw' | 'headers'>): Promise<Answer<{ id: string; duplicate: boolean }>> => {
    const sent = {
      method: 'POST',
      body: new Uint8Array(raw),
      headers: { 'content-type': 'application/json', ...headers },
    };
    const response = await fetch(`${url}/v1/providers/sandbox/webhooks`, sent);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as never };
  };

  /** What became of webhooks, by their own ids. */
  const fates = async (...webhooks: readonly Webhook[]) =>
    (
      await sql(
        `SELECT state FROM unnest($1::text[]) WITH ORDINALITY AS t (id, position)
         JOIN provider_webhooks w ON w.provider_event_id = t.id ORDER BY position`,
        [webhooks.map(({ id }) => id)],
      )
    ).map(({ state }) => state);

  return { openingOf, webhook, make, send, fates };
}

/** A body as the sandbox sends it, and its headers. */
export function message(
  body: { readonly id: string; readonly [member: string]: unknown },
  secret = developmentWebhookSecret,
  at = new Date(),
): Webhook {
  const raw = Buffer.from(JSON.stringify(body));
  return { id: body.id, raw, headers: signed(raw, secret, at) };
}
