import { encodeId } from '../shared/ids.js';
import type { WebhookAttemptEntity } from './webhook-delivery.entity.js';
import type { WebhookAttemptView, WebhookDeliveryLogView, WebhookDeliveryView } from './webhook-delivery.view.js';
import type { TypedDelivery } from './webhook-messages.js';

/** A delivery with all that is known of it. */
export interface DeliveryLog {
  readonly delivery: TypedDelivery;
  readonly attempts: readonly WebhookAttemptEntity[];
  readonly body: string | undefined;
}

export function presentWebhookDelivery(delivery: TypedDelivery): WebhookDeliveryView {
  const { kind, type, status, attempts, position } = delivery;
  return {
    id: encodeId('dlv', delivery.id),
    endpointId: encodeId('whe', delivery.endpointId),
    kind,
    eventId: delivery.eventId && encodeId('evt', delivery.eventId),
    type,
    sequence: position,
    status,
    attempts,
    nextAttemptAt: status === 'pending' ? delivery.nextAttemptAt.toISOString() : null,
    createdAt: delivery.createdAt.toISOString(),
    finishedAt: delivery.finishedAt?.toISOString() ?? null,
  };
}

export function presentDeliveryLog({ delivery, attempts, body }: DeliveryLog): WebhookDeliveryLogView {
  return { ...presentWebhookDelivery(delivery), requestBody: body ?? null, log: attempts.map(presentAttempt) };
}

function presentAttempt(attempt: WebhookAttemptEntity): WebhookAttemptView {
  const { number, url, headers, startedAt, durationMs, status, responseBody, error } = attempt;
  return { number, url, headers, startedAt: startedAt.toISOString(), durationMs, status, responseBody, error };
}
