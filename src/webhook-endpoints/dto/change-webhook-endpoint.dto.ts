import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, IsText } from '../../platform/http/index.js';
import { IsEndpointUrl, IsEventFilters, IsHttpSignatures } from './webhook-endpoint-fields.js';

const statuses = ['enabled', 'disabled'] as const;

export class ChangeWebhookEndpointDto {
  @IfPresent()
  @IsEndpointUrl()
  readonly url?: string;

  @IfPresent()
  @IsEventFilters()
  readonly types?: string[];

  @IfPresent()
  @IsText({ max: 300 })
  readonly description?: string;

  @IsHttpSignatures()
  readonly httpSignatures?: boolean;

  @ApiPropertyOptional({ enum: statuses })
  @IfPresent()
  @IsIn(statuses)
  readonly status?: (typeof statuses)[number];
}
