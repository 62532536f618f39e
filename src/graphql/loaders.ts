import DataLoader from 'dataloader';
import { type Caller, isOwn } from '../platform/access/index.js';
import type { Product, ProductsService } from '../catalog/index.js';
import type { Order, OrdersService } from '../orders/index.js';
import type { Payment, PaymentsService } from '../payments/index.js';
import type { OrderId, ProductId, UserId } from '../shared/ids.js';
import type { Contact, UsersService } from '../users/index.js';

/** What fields of one request read by id: each kind in one statement for all of them. Null for what the caller may not see. */
export interface Loaders {
  readonly products: DataLoader<ProductId, Product | null>;
  readonly orders: DataLoader<OrderId, Order | null>;
  readonly payments: DataLoader<OrderId, readonly Payment[]>;
  readonly customers: DataLoader<UserId, Contact | null>;
}

export interface Services {
  readonly products: ProductsService;
  readonly orders: OrdersService;
  readonly payments: PaymentsService;
  readonly users: UsersService;
}

/** Returns the loaders of one request of this caller. */
export function loadersOf({ products, orders, payments, users }: Services, caller: Caller | undefined): Loaders {
  return {
    products: byId(
      (ids) => products.findAll(caller, ids),
      ({ id }) => id,
    ),
    orders: byId(
      async (ids) => {
        const found = await orders.findAll(ids);
        return found.filter(({ customerId }) => sees(caller, customerId, 'orders:read'));
      },
      ({ id }) => id,
    ),
    payments: new DataLoader(async (ids) => {
      const found = await payments.ofOrders(ids);
      const seen = found.filter(({ customerId }) => sees(caller, customerId, 'payments:read'));
      return ids.map((id) => seen.filter(({ orderId }) => orderId === id));
    }),
    customers: byId(
      async (ids) => {
        const may = ids.filter((id) => sees(caller, id, 'users:read'));
        return may.length === 0 ? [] : users.contacts(may);
      },
      ({ id }) => id,
    ),
  };
}

function byId<I extends string, T>(find: (ids: readonly I[]) => Promise<readonly T[]>, idOf: (found: T) => I) {
  return new DataLoader<I, T | null>(async (ids) => {
    const found = new Map((await find(ids)).map((one) => [idOf(one), one]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

function sees(caller: Caller | undefined, ownerId: UserId, permission: 'orders:read' | 'payments:read' | 'users:read') {
  return caller !== undefined && (isOwn(caller, ownerId) || caller.permissions.has(permission));
}
