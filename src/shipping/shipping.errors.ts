import { DomainError } from '../shared/errors.js';

export class ShippingUnavailable extends DomainError {
  readonly code = 'shipping_unavailable';
  readonly kind = 'conflict';
  constructor(reason: string) {
    super(`This shipping method ${reason}, so nothing was reserved. Choose another one (GET /v1/shipping-methods).`, {
      violations: [{ pointer: '/shippingMethod', code: 'shipping_unavailable', message: reason }],
      transient: true,
    });
  }
}
