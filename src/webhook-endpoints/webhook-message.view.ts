import { ApiProperty } from '@nestjs/swagger';
import { AggregateView, type EventDocs } from '../platform/outbox/index.js';
import type { DisabledReason } from './domain/endpoint-health.js';

/** What a webhook sends, but for its type and data. */
export class WebhookMessageView {
  @ApiProperty({ format: 'date-time', description: 'When it happened' }) readonly timestamp: string;
  @ApiProperty({ example: 'evt_01h455vb4pex5vsknk084sn02q', description: 'The same for each attempt' })
  readonly id: string;
  @ApiProperty({ type: 'integer', description: 'Its place in the log, which has no gaps' }) readonly sequence: number;
  @ApiProperty({ type: AggregateView }) readonly aggregate: AggregateView;
}

export class EndpointDisabledEventData {
  @ApiProperty({ example: 'whe_01h455vb4pex5vsknk084sn02q' }) readonly endpointId: string;
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly ownerId: string;
  @ApiProperty({ example: 'erp.example' }) readonly host: string;
  @ApiProperty({ enum: ['gone', 'failing', 'not_permitted'] }) readonly reason: DisabledReason;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly failingSince: string | null;
}

export const webhookEndpointEventDocs: EventDocs = {
  'webhook_endpoint.disabled': {
    about: 'Till sends nothing to a webhook endpoint any more',
    data: EndpointDisabledEventData,
  },
};
