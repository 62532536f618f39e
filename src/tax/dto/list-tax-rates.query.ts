import { ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { IfPresent, PageQuery } from '../../platform/http/index.js';

export class ListTaxRatesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'ISO 3166-1, two capital letters', example: 'GB' })
  @IfPresent()
  @Matches(/^[A-Z]{2}$/, { message: 'must be a country of ISO 3166-1 in two capital letters' })
  readonly country?: string;
}
