import { Injectable } from '@nestjs/common';
import { ProductsService } from '../catalog/index.js';
import { OrdersService } from '../orders/index.js';
import { PaymentsService } from '../payments/index.js';
import type { Caller } from '../platform/access/index.js';
import { UsersService } from '../users/index.js';
import { type Loaders, loadersOf } from './loaders.js';

/** Makes the loaders of each request. */
@Injectable()
export class RequestLoaders {
  constructor(
    private readonly products: ProductsService,
    private readonly orders: OrdersService,
    private readonly payments: PaymentsService,
    private readonly users: UsersService,
  ) {}

  of(caller: Caller | undefined): Loaders {
    const { products, orders, payments, users } = this;
    return loadersOf({ products, orders, payments, users }, caller);
  }
}
