import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, OwnOr } from '../platform/access/index.js';
import { Takes } from '../platform/routes/index.js';
import { Quotes } from '../orders/index.js';
import { Operation } from '../platform/openapi/index.js';
import { LARGEST_ORDER, QuoteOrderDto, wantedOf } from './dto/place-order.dto.js';
import { presentQuote } from './quote.presenter.js';
import { QuoteView } from './quote.view.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/quotes')
export class QuotesController {
  constructor(private readonly quotes: Quotes) {}

  @Post()
  @Operation('quoteOrder', 'Price an order without placing it', {
    description: 'Prices, discounts, charges, taxes and total as they are now, and ways to ship it. Reserves nothing.',
    refuses: [
      'product_unavailable',
      'insufficient_stock',
      'shipping_unavailable',
      'coupon_refused',
      'total_changed',
      'tax_rate_missing',
      'tax_undetermined',
      'tax_provider_unavailable',
      'amount_too_large',
    ],
  })
  @HttpCode(200)
  @OwnOr('orders:write')
  @Takes(LARGEST_ORDER)
  @ApiOkResponse({ type: QuoteView })
  quote(@Body() body: QuoteOrderDto, @CurrentCaller() caller: Caller) {
    return this.quotes.of(caller, wantedOf(body, caller)).then(presentQuote);
  }
}
