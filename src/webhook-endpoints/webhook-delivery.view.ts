import { ApiProperty } from '@nestjs/swagger';
import { deliveryKinds, deliveryStatuses } from './webhook-delivery.entity.js';

/** A delivery as clients see it. */
export class WebhookDeliveryView {
  @ApiProperty({ example: 'dlv_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty() readonly endpointId: string;
  @ApiProperty({ enum: deliveryKinds, description: 'redelivery: somebody asked for it' }) readonly kind: string;
  @ApiProperty({ type: String, nullable: true, description: 'null for a ping' }) readonly eventId: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Of the event, or ping; null if the event is gone' })
  readonly type: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: "The event's place in the log" })
  readonly sequence: number | null;
  @ApiProperty({ enum: deliveryStatuses, description: 'failed: given up after ten attempts' }) readonly status: string;
  @ApiProperty({ type: 'integer' }) readonly attempts: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null when there is none' })
  readonly nextAttemptAt: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly finishedAt: string | null;
}

/** What was sent, and what came of it. */
export class WebhookAttemptView {
  @ApiProperty({ type: 'integer' }) readonly number: number;
  @ApiProperty() readonly url: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Of the request' })
  readonly headers: Readonly<Record<string, string>>;
  @ApiProperty({ format: 'date-time' }) readonly startedAt: string;
  @ApiProperty({ type: 'integer' }) readonly durationMs: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the response' }) readonly status: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the response' })
  readonly responseBody: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why there was no response' })
  readonly error: string | null;
}

/** A delivery with its attempts, the newest first, and the body of its request. */
export class WebhookDeliveryLogView extends WebhookDeliveryView {
  @ApiProperty({ type: String, nullable: true, description: 'The body, byte for byte; null if the event is gone' })
  readonly requestBody: string | null;
  @ApiProperty({ type: [WebhookAttemptView] }) readonly log: readonly WebhookAttemptView[];
}

/** What a replay made. */
export class WebhookReplayView {
  @ApiProperty({ type: 'integer' }) readonly deliveries: number;
}
