import { Body, Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Creates } from '../platform/http/index.js';
import { inPart } from '../shared/errors.js';
import { type Caller, CurrentCaller, OwnOr, RequireVerifiedEmail } from '../platform/access/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Takes } from '../platform/routes/index.js';
import { PaymentTerms } from '../payments/index.js';
import { Operation } from '../platform/openapi/index.js';
import { CheckoutReplays } from './checkout.replays.js';
import { CheckoutService } from './checkout.service.js';
import { LARGEST_ORDER, PlaceOrderDto, wantedOf } from './dto/place-order.dto.js';
import { isProvisional, PlacedOrderView } from './placed-order.view.js';
import { presentPlacedOrder } from './placed-order.presenter.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders')
export class CheckoutController {
  constructor(
    private readonly checkout: CheckoutService,
    private readonly terms: PaymentTerms,
  ) {}

  @Post()
  @Operation('placeOrder', 'Place an order, with or without its first payment', {
    description:
      'The server prices the lines, and reserves the stock of all of them or none. A declined payment is in the response with `status: declined`: the order is placed.',
    refuses: [
      'product_unavailable',
      'insufficient_stock',
      'coupon_refused',
      'shipping_unavailable',
      'recent_sign_in_required',
      'total_changed',
      'too_many_unpaid_orders',
      'too_many_pieces_held',
      'tax_rate_missing',
      'tax_undetermined',
      'tax_provider_unavailable',
      'invalid_transition',
      'order_not_payable',
      'amount_too_large',
      'order_declined_too_often',
      'too_many_declines',
      'insufficient_store_credit',
      'provider_not_configured',
    ],
  })
  @OwnOr('orders:write')
  @RequireVerifiedEmail()
  @Takes(LARGEST_ORDER)
  @Idempotent({ resumable: true, present: presentPlacedOrder, isProvisional, replays: CheckoutReplays })
  @Creates(PlacedOrderView, '/v1/orders/{id}')
  place(@Body() { payment, ...body }: PlaceOrderDto, @CurrentCaller() caller: Caller) {
    const wanted = wantedOf(body, caller);
    return this.checkout.place(caller, wanted, payment && inPart('/payment', () => this.terms.of(caller, payment)));
  }
}
