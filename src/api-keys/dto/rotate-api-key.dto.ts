import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { IfPresent } from '../../platform/http/index.js';
import { DEFAULT_OVERLAP_HOURS } from '../domain/rotation.js';
import { MAX_DAYS } from './create-api-key.dto.js';

/** 30 days. */
const MAX_OVERLAP_HOURS = 720;

export class RotateApiKeyDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_OVERLAP_HOURS,
    default: DEFAULT_OVERLAP_HOURS,
    description: 'How long the present secret works on; 0 ends it, and the one before, at once',
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP_HOURS)
  readonly overlapHours?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_DAYS,
    description: 'The days until the key ends; as many as before when absent',
  })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  readonly expiresInDays?: number;
}
