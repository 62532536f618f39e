import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { ApiKeyId, UserId } from '../../../shared/ids.js';
import { IfPresent, IsId, IsMoment, IsText, PageQuery } from '../../http/index.js';
import { type AuditOutcome, auditOutcomes } from '../audit-entry.entity.js';

export class ListAuditQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'role.changed' })
  @IfPresent()
  @IsText({ max: 100 })
  readonly action?: string;

  @ApiPropertyOptional({ enum: auditOutcomes })
  @IfPresent()
  @IsIn(auditOutcomes)
  readonly outcome?: AuditOutcome;

  @ApiPropertyOptional()
  @IfPresent()
  @IsId('usr')
  readonly actorId?: UserId;

  @ApiPropertyOptional()
  @IfPresent()
  @IsId('key')
  readonly apiKeyId?: ApiKeyId;

  @ApiPropertyOptional({
    description: 'The id of a thing, or the name of a role',
    example: 'usr_01h455vb4pex5vsknk084sn02q',
  })
  @IfPresent()
  @IsText({ max: 200 })
  readonly targetId?: string;

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 128 })
  readonly requestId?: string;

  @IsMoment('Not before this time (UTC, ISO 8601)')
  readonly from?: Date;

  @IsMoment('Before this time (UTC, ISO 8601)')
  readonly to?: Date;
}
