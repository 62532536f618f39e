import { Injectable } from '@nestjs/common';
import { OrdersService, type OrderStatus, presentOrder } from '../../orders/index.js';
import { OwnOr, RequirePermission } from '../../platform/access/index.js';
import { readCursor } from '../../platform/http/index.js';
import { decodeId } from '../../shared/ids.js';
import { Field } from '../field.decorator.js';
import { idOfArgument, type PageArguments, pageOfArguments } from '../field-arguments.js';
import type { FieldContext, SignedInContext } from '../field-context.js';
import { pageOfViews } from '../page-of-views.js';

interface OrdersArguments extends PageArguments {
  readonly status?: OrderStatus | null;
  readonly customerId?: string | null;
}

/** Orders, where they are asked for and where something is of one. */
@Injectable()
export class OrderFields {
  constructor(private readonly service: OrdersService) {}

  @Field('Query.orders')
  @OwnOr('orders:read')
  async orders(_: unknown, { status, customerId, ...page }: OrdersArguments, { caller }: SignedInContext) {
    const { limit, cursor } = pageOfArguments(page);
    const list = {
      limit,
      after: readCursor(cursor, ['id']),
      ...(status && { status }),
      ...(customerId && { customerId: idOfArgument('usr', customerId) }),
    };
    return pageOfViews(await this.service.list(caller, list), presentOrder);
  }

  @Field('Query.order')
  @OwnOr('orders:read')
  async order(_: unknown, { id }: { id: string }, { caller }: SignedInContext) {
    return presentOrder(await this.service.read(caller, idOfArgument('ord', id)));
  }

  @Field('Payment.order')
  @OwnOr('orders:read')
  orderOfPayment({ orderId }: { orderId: string }, _: unknown, context: FieldContext) {
    return this.load(orderId, context);
  }

  @Field('LedgerTransaction.order')
  @RequirePermission('orders:read')
  orderOfTransaction({ orderId }: { orderId: string | null }, _: unknown, context: FieldContext) {
    return orderId === null ? null : this.load(orderId, context);
  }

  private async load(orderId: string, { loaders }: FieldContext) {
    const order = await loaders.orders.load(decodeId('ord', orderId)!);
    return order && presentOrder(order);
  }
}
