import type { INestApplicationContext } from '@nestjs/common';
import { TaxImport } from '../../src/tax/index.js';

const rate = (taxClass: string, percentage: string, more: object = {}) => ({
  taxClass,
  category: percentage === '0' ? 'Z' : 'S',
  rate: percentage,
  label: 'VAT',
  from: '2011-01-04',
  ...more,
});

/** British prices with 20, 5 and 0 %, Swiss ones without tax, and exports to everywhere else. */
export const taxRates = {
  source: 'test',
  date: '2026-11-29',
  zones: [
    {
      name: 'United Kingdom',
      country: 'GB',
      pricesIncludeTax: true,
      rates: [rate('standard', '20'), rate('reduced', '5'), rate('books', '0')],
    },
    {
      name: 'Switzerland',
      country: 'CH',
      pricesIncludeTax: false,
      rates: [rate('standard', '7.7', { until: '2024-01-01' }), rate('standard', '8.1', { from: '2024-01-01' })],
    },
    {
      name: 'Everywhere else',
      pricesIncludeTax: false,
      rates: [rate('standard', '0', { category: 'G', label: 'Export', reason: 'Export outside the country' })],
    },
  ],
};

export async function importTaxRates(app: INestApplicationContext, file: object = taxRates): Promise<void> {
  await app.get(TaxImport, { strict: false }).run(JSON.stringify(file));
}
