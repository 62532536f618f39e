import { Injectable } from '@nestjs/common';
import type { KeptAnswer, Replays } from '../../platform/idempotency/index.js';
import type { Refund } from '../domain/payment.js';
import { idOf } from '../intents/payment.replays.js';
import { PaymentsService } from '../intents/payments.service.js';
import { RefundsService } from './refunds.service.js';

/** Replays of refunding. */
@Injectable()
export class RefundReplays implements Replays {
  constructor(
    private readonly payments: PaymentsService,
    private readonly refunds: RefundsService,
  ) {}

  async reread({ caller, params, body, refused, provisional }: KeptAnswer): Promise<Refund | undefined> {
    if (refused) return void (await this.payments.read(caller, idOf('pay', params.id)));
    const refund = await this.refunds.read(caller, idOf('rfd', body.id));
    return provisional ? refund : undefined;
  }
}

/** Replays of retrying, whose path names the refund itself. */
@Injectable()
export class RetryReplays implements Replays {
  constructor(private readonly refunds: RefundsService) {}

  async reread({ caller, params, provisional }: KeptAnswer): Promise<Refund | undefined> {
    const refund = await this.refunds.read(caller, idOf('rfd', params.id));
    return provisional ? refund : undefined;
  }
}

/** Whether the outcome of the refund is open. */
export function isRefundUnderWay({ status }: Refund): boolean {
  return status === 'pending';
}
