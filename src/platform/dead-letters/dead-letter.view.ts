import { ApiProperty } from '@nestjs/swagger';

/** An event that was given up for a consumer. */
export class DeadLetterView {
  @ApiProperty({ example: 'evt_01h455vb4pex5vsknk084sn02q.mail' }) readonly id: string;
  @ApiProperty() readonly eventId: string;
  @ApiProperty({ example: 'mail' }) readonly consumer: string;
  @ApiProperty({ example: 'user.registered' }) readonly type: string;
  @ApiProperty({ description: 'The id of the thing that changed' }) readonly aggregateId: string;
  @ApiProperty({ type: 'integer' }) readonly attempts: number;
  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed' })
  readonly lastError: string | null;
  @ApiProperty({ format: 'date-time', description: 'When the event happened' }) readonly createdAt: string;
}

/** A dead letter that is due again. */
export class RetriedDeadLetterView {
  @ApiProperty() readonly id: string;
  @ApiProperty({ enum: ['pending'] }) readonly status: 'pending';
}
