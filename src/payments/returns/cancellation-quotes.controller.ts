import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { OrderId } from '../../shared/ids.js';
import { CancelOrderDto } from '../../orders/index.js';
import { type Caller, CurrentCaller, OwnOr } from '../../platform/access/index.js';
import { IdPipe } from '../../platform/http/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { presentCancellationQuote } from './cancellation-quote.presenter.js';
import { CancellationQuoteView } from './cancellation-quote.view.js';
import { CancellationQuotes } from './cancellation-quotes.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders')
export class CancellationQuotesController {
  constructor(private readonly quotes: CancellationQuotes) {}

  @Post(':id/cancellation-quotes')
  @Operation('quoteCancellation', 'Say what a cancellation would do, without doing it', {
    description:
      'The order after it, the stock it frees, what goes back to which payment, and what the ledger gets. By the same code in a transaction that is taken back: no row changes.',
    refuses: [
      'invalid_transition',
      'nothing_to_cancel',
      'order_partly_shipped',
      'order_discounted',
      'approval_required',
      'recent_sign_in_required',
    ],
  })
  @HttpCode(200)
  @OwnOr('orders:write')
  @ApiOkResponse({ type: CancellationQuoteView })
  quote(@Param('id', IdPipe('ord')) id: OrderId, @Body() body: CancelOrderDto, @CurrentCaller() caller: Caller) {
    return this.quotes.of(caller, id, body).then(presentCancellationQuote);
  }
}
