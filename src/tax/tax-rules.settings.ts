import { z } from 'zod';
import { section } from '../platform/config/index.js';
import type { VatIdState } from './tax-status.entity.js';

const CLASSES = /^[a-z][a-z0-9_]{0,39}(?:,[a-z][a-z0-9_]{0,39})*$/;
const trusted: Readonly<Record<'confirmed' | 'checked' | 'format', readonly VatIdState[]>> = {
  confirmed: ['valid'],
  checked: ['valid'],
  format: ['valid', 'unchecked'],
};

/** By which rules the table of rates is applied. */
export const taxRuleSettings = section({
  variables: {
    TAX_SERVICE_CLASSES: z.string().regex(CLASSES, 'must be tax classes, separated by commas').optional(),
    TAX_EXPORTS: z.enum(['zones', 'automatic']).default('zones'),
    TAX_VAT_IDS: z.enum(['confirmed', 'checked', 'format']).default('checked'),
    TAX_ROUNDING: z.enum(['rate', 'line', 'unit']).default('rate'),
  },
  secrets: [],
  settings: ({ TAX_SERVICE_CLASSES, TAX_EXPORTS, TAX_VAT_IDS, TAX_ROUNDING }) => ({
    /** The tax classes of services; all others are of goods. */
    services: new Set(TAX_SERVICE_CLASSES?.split(',')) as ReadonlySet<string>,
    /** Whether goods that leave the country, or the EU, are exports where no zone has a rate for them. */
    exports: TAX_EXPORTS === 'automatic',
    /** What must be known of a VAT id so that it counts; and whether only those count that staff have confirmed. */
    trust: { states: trusted[TAX_VAT_IDS], confirmedOnly: TAX_VAT_IDS === 'confirmed' },
    /** Where the tax of new orders is rounded. */
    rounding: TAX_ROUNDING,
  }),
});
