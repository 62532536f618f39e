export {
  keyOf,
  millionthsOf,
  type TaxCategory,
  type TaxLine,
  taxLines,
  type TaxMode,
  taxOf,
  taxModes,
  type TaxTerm,
  taxCategories,
} from './domain/taxes.js';
export type { TaxTerms } from './domain/tax-terms.js';
export { TaxImport } from './tax-import.js';
export { TaxCliModule } from './tax.cli.module.js';
export { TaxModule } from './tax.module.js';
export { TaxService } from './tax.service.js';
