import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { PaymentId } from '../../shared/ids.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../platform/access/index.js';
import { IdPipe } from '../../platform/http/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { CreateRefundDto } from './dto/create-refund.dto.js';
import { presentRefundQuote } from './refund-quote.presenter.js';
import { RefundQuoteView } from './refund-quote.view.js';
import { RefundQuotes } from './refund-quotes.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1/payments')
export class RefundQuotesController {
  constructor(private readonly quotes: RefundQuotes) {}

  @Post(':id/refund-quotes')
  @Operation('quoteRefund', 'Say what a refund would return, without making it', {
    description: 'By the same code in a transaction that is taken back: no row changes, and no provider is called.',
    refuses: [
      'invalid_transition',
      'amount_too_large',
      'nothing_to_refund',
      'approval_required',
      'provider_not_configured',
    ],
  })
  @HttpCode(200)
  @RequirePermission('payments:refund')
  @ApiOkResponse({ type: RefundQuoteView })
  quote(@Param('id', IdPipe('pay')) id: PaymentId, @Body() body: CreateRefundDto, @CurrentCaller() caller: Caller) {
    return this.quotes.of(caller, id, body).then(presentRefundQuote);
  }
}
