import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { IfPresent } from '../../platform/http/index.js';

export class RotateSecretDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 168,
    default: 24,
    description: 'For how many hours the secret before signs as well',
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(168)
  readonly overlapHours?: number;
}
