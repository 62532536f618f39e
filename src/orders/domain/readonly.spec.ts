import { expectTypeOf, it } from 'vitest';
import type { DeepReadonly } from '../../../test/support/deep-readonly.js';
import type { Order, OrderHeader } from './order.js';
import type { LineQuantity, OrderLine } from './order-lines.js';
import type { OrderAmounts } from './order-money.js';

// The compiler tests this (`npm run types`): a domain function can't write into what it is given.
it('nothing of an order can be written', () => {
  expectTypeOf<Order>().toEqualTypeOf<DeepReadonly<Order>>();
  expectTypeOf<OrderHeader>().toEqualTypeOf<DeepReadonly<OrderHeader>>();
  expectTypeOf<OrderLine>().toEqualTypeOf<DeepReadonly<OrderLine>>();
  expectTypeOf<LineQuantity>().toEqualTypeOf<DeepReadonly<LineQuantity>>();
  expectTypeOf<OrderAmounts>().toEqualTypeOf<DeepReadonly<OrderAmounts>>();
});
