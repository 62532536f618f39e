import { expectTypeOf, it } from 'vitest';
import type { DeepReadonly } from '../../../test/support/deep-readonly.js';
import type { Dispute } from './dispute-decision.js';
import type { Attempt, Payment, Refund } from './payment.js';
import type { ProviderEvent } from './payment-reducer.js';

// The compiler tests this (`npm run types`): a domain function can't write into what it is given.
it('nothing of a payment can be written', () => {
  expectTypeOf<Payment>().toEqualTypeOf<DeepReadonly<Payment>>();
  expectTypeOf<Attempt>().toEqualTypeOf<DeepReadonly<Attempt>>();
  expectTypeOf<Refund>().toEqualTypeOf<DeepReadonly<Refund>>();
  expectTypeOf<Dispute>().toEqualTypeOf<DeepReadonly<Dispute>>();
  expectTypeOf<ProviderEvent>().toEqualTypeOf<DeepReadonly<ProviderEvent>>();
});
