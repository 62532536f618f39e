import { ApiProperty } from '@nestjs/swagger';
import type { DomainEvent } from './event.js';

export class AggregateView {
  @ApiProperty({ example: 'user' }) readonly type: string;
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ type: 'integer', description: 'Its version after the change' }) readonly version: number;
}

/** An event's envelope as clients see it: type, aggregate, time, actor and request. */
export class EventView {
  @ApiProperty({ example: 'evt_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'user.registered' }) readonly type: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ type: AggregateView }) readonly aggregate: AggregateView;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly data: DomainEvent['data'];
  @ApiProperty({ type: String, nullable: true, description: 'null for Till itself' }) readonly actorId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly requestId: string | null;
}
