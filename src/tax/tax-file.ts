import { z } from 'zod';
import { ValidationFailed } from '../shared/errors.js';
import { postalCodeOf } from './domain/destination.js';
import { taxCategories } from './domain/taxes.js';

const day = z.iso.date();
const text = (max: number) => z.string().min(1).max(max);
const postalCode = text(20).toUpperCase().transform(postalCodeOf);

const rate = z.strictObject({
  taxClass: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  category: z.enum(taxCategories),
  /** A percentage in decimal digits. */
  rate: z.string().regex(/^(?:0|[1-9]\d{0,2})(?:\.\d{0,3}[1-9])?$/),
  label: text(100),
  reason: text(500).optional(),
  /** The first day, and the day after the last one, in UTC. */
  from: day,
  until: day.optional(),
});

const zone = z
  .strictObject({
    name: text(100),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    region: text(50).toUpperCase().optional(),
    postalFrom: postalCode.optional(),
    postalTo: postalCode.optional(),
    pricesIncludeTax: z.boolean(),
    rates: z.array(rate).min(1).max(1000),
  })
  .refine(({ country, region, postalFrom }) => country !== undefined || !(region ?? postalFrom), {
    message: 'has a region or postcodes, but no country',
  })
  .refine(({ postalFrom, postalTo }) => (postalFrom === undefined) === (postalTo === undefined), {
    message: 'has only one end of its postcodes',
  });

/** A file of tax rates for `till tax import`, with where they come from and the day on which they were right. */
const file = z.strictObject({ source: text(400), date: day, zones: z.array(zone).min(1).max(10_000) });
export type TaxFile = z.output<typeof file>;
export type ZoneInFile = TaxFile['zones'][number];
export type RateInFile = ZoneInFile['rates'][number];

/** @throws ValidationFailed that names each wrong value by its JSON Pointer */
export function readTaxFile(content: string): TaxFile {
  const parsed = file.safeParse(jsonOf(content));
  if (parsed.success) return parsed.data;
  throw new ValidationFailed(
    parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, code: 'invalid', message })),
  );
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new ValidationFailed([{ pointer: '', code: 'json', message: 'is no JSON' }]);
  }
}
