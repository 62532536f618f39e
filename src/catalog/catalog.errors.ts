import { DomainError } from '../shared/errors.js';

export class SkuTaken extends DomainError {
  readonly code = 'sku_taken';
  readonly kind = 'conflict';

  constructor(sku: string) {
    super(
      `The sku ${sku} is already taken by another product (case does not count). Change that product, or choose another sku.`,
    );
  }
}

export class StockBelowReserved extends DomainError {
  readonly code = 'insufficient_stock';
  readonly kind = 'conflict';

  constructor(delta: number) {
    super(`A change by ${delta} would leave less than what orders have reserved.`, { transient: true });
  }
}
