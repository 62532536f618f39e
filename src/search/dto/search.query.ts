import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText } from '../../platform/http/index.js';

export class SearchQuery {
  @ApiPropertyOptional({
    description:
      'An id, the number of an order, an e-mail address, a sku, a reference of a payment provider, a name, words of a product, or a total such as 49.90',
    example: '1042',
  })
  @IfPresent()
  @IsText({ max: 200 })
  readonly q?: string;
}
