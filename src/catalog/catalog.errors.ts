import { DomainError } from '../shared/errors.js';

export class SkuTaken extends DomainError {
  readonly code = 'sku_taken';
  readonly kind = 'conflict';

  constructor(sku: string) {
    super(
      `The sku ${sku} names another product already (upper and lower case are one). Change that one, or choose another sku.`,
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
