import { Injectable } from '@nestjs/common';
import type { TaxBasket } from '../domain/tax-basket.js';
import type { TaxEstimate } from '../domain/tax-estimate.js';
import { type TaxLine, taxLines } from '../domain/taxes.js';
import { TaxService } from '../tax.service.js';
import type { TaxProvider } from './tax-provider.js';

/**
 * The table of rates as a provider. Orders of a shop without another one are taxed by the same functions in the transaction that places
 * them; this is for baskets whose own provider does not answer.
 */
@Injectable()
export class TableTaxProvider implements TaxProvider {
  readonly name = 'table';
  readonly timeoutMs = 5000;

  constructor(private readonly taxes: TaxService) {}

  /** Prices are settled already, so everybody is taxed as a consumer. @throws TaxRateMissing */
  async estimate({ destination, items }: TaxBasket): Promise<TaxEstimate> {
    const classes = items.map(({ taxClass }) => taxClass);
    const { mode, byClass, rounding } = await this.taxes.terms(classes, { ...destination }, null);
    const taxable = items.map(({ amount, quantity, taxClass }) => ({ amount, quantity, term: byClass.get(taxClass) }));
    return { reference: null, mode, lines: taxLines(taxable, mode, rounding) as TaxLine[] };
  }
}
