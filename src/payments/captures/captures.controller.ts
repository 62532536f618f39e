import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { PaymentId } from '../../shared/ids.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../platform/access/index.js';
import { Creates, EmptyBodyPipe, IdPipe } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import { Takes } from '../../platform/routes/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { CapturesService } from './captures.service.js';
import { CreateCaptureDto } from './dto/create-capture.dto.js';
import { presentPayment } from '../intents/payment.presenter.js';
import { isUnderWay, PaymentReplays } from '../intents/payment.replays.js';
import { PaymentView } from '../intents/payment.view.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1/payments/:id')
export class CapturesController {
  constructor(private readonly captures: CapturesService) {}

  @Takes({ priority: 'essential' })
  @Post('captures')
  @Operation('capturePayment', 'Capture an authorized payment, or a part of it', {
    refuses: [
      'invalid_transition',
      'captured_once',
      'amount_too_large',
      'operation_refused',
      'operation_under_way',
      'provider_not_configured',
    ],
  })
  @RequirePermission('payments:capture')
  @Idempotent({ resumable: true, present: presentPayment, isProvisional: isUnderWay, replays: PaymentReplays })
  @Creates(PaymentView, '/v1/payments/{id}')
  capture(@Param('id', IdPipe('pay')) id: PaymentId, @Body() body: CreateCaptureDto, @CurrentCaller() caller: Caller) {
    return this.captures.capture(caller, id, body.amount);
  }

  @Takes({ priority: 'essential' })
  @Post('cancellation')
  @Operation('cancelPayment', 'Void what is left of an authorization', {
    refuses: ['invalid_transition', 'operation_refused', 'operation_under_way', 'provider_not_configured'],
  })
  @RequirePermission('payments:capture')
  @Idempotent({ resumable: true, present: presentPayment, isProvisional: isUnderWay, replays: PaymentReplays })
  @Creates(PaymentView, '/v1/payments/{id}')
  cancel(
    @Param('id', IdPipe('pay')) id: PaymentId,
    @Body(new EmptyBodyPipe()) _: undefined,
    @CurrentCaller() caller: Caller,
  ) {
    return this.captures.cancel(caller, id);
  }
}
