export {
  keyOf,
  millionthsOf,
  type TaxCategory,
  type TaxLine,
  taxLines,
  type TaxMode,
  type TaxRounding,
  taxRoundings,
  taxOf,
  taxModes,
  type TaxTerm,
  taxCategories,
} from './domain/taxes.js';
export { priceFor, type TaxTerms } from './domain/tax-terms.js';
export { type TaxItem, taxDestinationOf } from './domain/tax-basket.js';
export { type EstimatedTaxes, estimateFor } from './domain/tax-estimate.js';
export type { TaxPosition } from './domain/tax-report.js';
export { type TaxDocument, TaxDocuments } from './tax-documents.js';
export { TaxEstimates } from './tax-estimates.js';
export { TaxReports } from './tax-reports.js';
export { RemoteTaxProvider } from './providers/remote/remote.provider.js';
export { TaxCallRefused } from './providers/tax-provider.js';
export { TaxImport } from './tax-import.js';
export { TaxCliModule } from './tax.cli.module.js';
export { TaxModule } from './tax.module.js';
export { TaxService } from './tax.service.js';
export { taxSettings } from './tax.settings.js';
