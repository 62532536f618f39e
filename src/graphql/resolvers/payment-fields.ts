import { Injectable } from '@nestjs/common';
import { PaymentsService, presentPayment } from '../../payments/index.js';
import { OwnOr } from '../../platform/access/index.js';
import { readCursor } from '../../platform/http/index.js';
import { decodeId } from '../../shared/ids.js';
import { Field } from '../field.decorator.js';
import { idOfArgument, type PageArguments, pageOfArguments } from '../field-arguments.js';
import type { FieldContext, SignedInContext } from '../field-context.js';
import { pageOfViews } from '../page-of-views.js';

@Injectable()
export class PaymentFields {
  constructor(private readonly service: PaymentsService) {}

  @Field('Query.payments')
  @OwnOr('payments:read')
  async payments(_: unknown, { orderId, ...page }: PageArguments & { orderId?: string }, { caller }: SignedInContext) {
    const { limit, cursor } = pageOfArguments(page);
    const filter = {
      limit,
      after: readCursor(cursor, ['id']),
      ...(orderId && { orderId: idOfArgument('ord', orderId) }),
    };
    return pageOfViews(await this.service.list(caller, filter), presentPayment);
  }

  @Field('Query.payment')
  @OwnOr('payments:read')
  async payment(_: unknown, { id }: { id: string }, { caller }: SignedInContext) {
    return presentPayment(await this.service.read(caller, idOfArgument('pay', id)));
  }

  @Field('Order.payments')
  @OwnOr('payments:read')
  async paymentsOfOrder({ id }: { id: string }, _: unknown, { loaders }: FieldContext) {
    return (await loaders.payments.load(decodeId('ord', id)!)).map(presentPayment);
  }
}
