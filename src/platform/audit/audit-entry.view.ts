import { ApiProperty } from '@nestjs/swagger';
import { type AuditOutcome, auditOutcomes } from './audit-entry.entity.js';

const anything = { type: 'object', additionalProperties: true, nullable: true } as const;

/** An entry of the audit log as clients see it. */
export class AuditEntryView {
  @ApiProperty({ example: 'aud_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'role.changed' }) readonly action: string;
  @ApiProperty({ enum: auditOutcomes }) readonly outcome: AuditOutcome;
  @ApiProperty({ type: String, nullable: true, description: 'Null for strangers and for commands' })
  readonly actorId: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The key with which a machine called for the actor' })
  readonly apiKeyId: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'user' }) readonly targetType: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'usr_01h455vb4pex5vsknk084sn02q' })
  readonly targetId: string | null;
  @ApiProperty(anything) readonly before: object | null;
  @ApiProperty(anything) readonly after: object | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'In the form that LOG_ADDRESS allows; null once it was erased',
  })
  readonly address: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly requestId: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
}
