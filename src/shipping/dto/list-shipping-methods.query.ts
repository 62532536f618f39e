import { ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { IfPresent, IsCurrency, PageQuery } from '../../platform/http/index.js';

export class ListShippingMethodsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'ISO 3166-1: methods that ship there', example: 'GB' })
  @IfPresent()
  @Matches(/^[A-Z]{2}$/, { message: 'must be a country in two capital letters' })
  readonly country?: string;

  @ApiPropertyOptional({ description: 'ISO 4217: methods for orders in this currency', example: 'GBP' })
  @IfPresent()
  @IsCurrency()
  readonly currency?: string;
}
