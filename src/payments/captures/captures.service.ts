import { Injectable } from '@nestjs/common';
import { InvalidTransition } from '../../shared/errors.js';
import { encodeId, type PaymentId } from '../../shared/ids.js';
import type { Caller } from '../../platform/access/index.js';
import { AuditLog } from '../../platform/audit/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import type { AttemptRequest } from '../attempts/new-attempt.js';
import { capturable, type Payment } from '../domain/payment.js';
import { assertAllows } from '../domain/payment-state.js';
import { hasEnded, type OrderHeader } from '../../orders/index.js';
import { amountOf, PaymentModifications } from '../attempts/modifications.js';
import { CapturedOnce, OperationUnderWay } from '../domain/payment.errors.js';
import type { Capabilities } from '../providers/provider.js';
import { Providers } from '../providers/provider-registry.js';
import { PaymentsService } from '../intents/payments.service.js';

/** Captures authorised money, in one or several parts, and voids the rest. */
@Injectable()
export class CapturesService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly operations: PaymentModifications,
    private readonly attempts: AttemptStarter,
    private readonly providers: Providers,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Captures `amount` minor units, or all that is left of the authorization.
   * @throws NotFound, InvalidTransition, CapturedOnce, AmountTooLarge, OperationRefused
   */
  async capture(caller: Caller, id: PaymentId, amount?: number): Promise<Payment> {
    const { orderId } = await this.payments.read(caller, id);
    const started = await this.operations.start(orderId, id, (payment, order) =>
      this.audited(payment, this.planCapture(payment, order, amount)),
    );
    return this.attempts.finishModification(started);
  }

  /**
   * Voids the uncaptured part of the authorization.
   * @throws NotFound, InvalidTransition, OperationRefused
   */
  async cancel(caller: Caller, id: PaymentId): Promise<Payment> {
    const { orderId } = await this.payments.read(caller, id);
    const started = await this.operations.start(orderId, id, (payment) => this.audited(payment, planVoid(payment)));
    return this.attempts.finishModification(started);
  }

  /** Voids the rest of an authorization for Till itself. @throws InvalidTransition if nothing is left, OperationUnderWay */
  async release({ orderId, id }: Payment): Promise<Payment> {
    return this.attempts.finish(await this.operations.start(orderId, id, (payment) => planVoid(payment)));
  }

  /** Records that a person started the operation; the outcome is in the events of the payment. */
  private audited({ id, currency }: Payment, request: AttemptRequest): AttemptRequest {
    const { kind, amount } = request;
    const target = { type: 'payment', id: encodeId('pay', id) };
    this.audit.record({ action: `${kind}.requested`, target, after: { amount, currency } });
    return request;
  }

  /** Takes no money for an order that has ended: its authorization is about to be voided. */
  private planCapture(payment: Payment, order: OrderHeader, wanted: number | undefined): AttemptRequest {
    if (hasEnded(order)) throw new InvalidTransition('An order', order.status, 'have a payment captured');
    assertAllows(payment.status, 'capture');
    assertTakesCapture(payment, this.providers.find(payment.provider)?.capabilities);
    const amount = amountOf('A capture', wanted, openOf(payment, 'capture'), setAside(payment));
    return { kind: 'capture', amount, refundId: null };
  }
}

/** @throws CapturedOnce if the provider takes one capture and there is one, or one in progress */
function assertTakesCapture(
  { provider, capturedAmount, capturePending }: Payment,
  capabilities: Capabilities | undefined,
): void {
  if (capabilities?.captures === 'one' && capturedAmount + capturePending > 0)
    throw new CapturedOnce(provider, capturedAmount === 0);
}

/** Plans to void the rest of an authorization, or at most `most` of it. @throws InvalidTransition, OperationUnderWay */
export function planVoid(payment: Payment, most = Infinity): AttemptRequest {
  assertAllows(payment.status, 'cancel');
  if (payment.voidPending > 0) throw new OperationUnderWay();
  const amount = Math.min(openOf(payment, 'cancel'), most);
  return { kind: 'void', amount, refundId: null };
}

/** Returns the amount that is not captured or voided, and not set aside for it. */
function openOf(payment: Payment, action: 'capture' | 'cancel'): number {
  const open = capturable(payment);
  if (open <= 0)
    throw new InvalidTransition(
      'A payment',
      `${payment.status}, with all of it in other operations,`,
      action,
      setAside(payment) > 0,
    );
  return open;
}

/** The amount in captures and voids in progress. */
function setAside({ capturePending, voidPending }: Payment): number {
  return capturePending + voidPending;
}
