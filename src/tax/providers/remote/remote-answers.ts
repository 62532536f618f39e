import { z } from 'zod';
import type { TaxBasket } from '../../domain/tax-basket.js';
import { type TaxEstimate, UnsoundEstimate } from '../../domain/tax-estimate.js';
import { taxCategories } from '../../domain/taxes.js';

const amount = z.int().min(0);
const item = z.object({
  id: z.string(),
  tax: amount,
  category: z.enum(taxCategories),
  rate: z.string().regex(/^(?:0|[1-9]\d{0,2})(?:\.\d{0,3}[1-9])?$/),
  country: z.string().regex(/^[A-Z]{2}$/),
  label: z.string().min(1).max(100),
  reason: z.string().max(500).nullish(),
});
const answer = z.object({
  reference: z.string().min(1).max(200).nullish(),
  pricesIncludeTax: z.boolean(),
  tax: amount,
  items: z.array(item),
});

/** The id of an item in a request: its place, from 1 on. */
export const itemId = (index: number): string => String(index + 1);

/** Reads the answer to a request for an estimate. @throws UnsoundEstimate if it lacks an item, or does not add up */
export function readEstimate(given: unknown, { items }: TaxBasket, source: string): TaxEstimate {
  const parsed = answer.safeParse(given);
  if (!parsed.success) throw new UnsoundEstimate(`is no estimate: ${z.prettifyError(parsed.error).slice(0, 300)}`);
  const { reference = null, pricesIncludeTax, tax: total, items: taxes } = parsed.data;
  const byId = new Map(taxes.map((tax) => [tax.id, tax]));
  if (byId.size !== items.length || taxes.length !== items.length)
    throw new UnsoundEstimate(`has ${taxes.length} taxes for ${items.length} items`);
  if (taxes.reduce((sum, { tax }) => sum + tax, 0) !== total)
    throw new UnsoundEstimate(`has a total of ${total}, which is not the sum of its taxes`);
  const lines = items.map(({ amount: price }, index) => {
    const found = byId.get(itemId(index));
    if (!found) throw new UnsoundEstimate(`has no tax for the item ${itemId(index)}`);
    const { tax, category, rate, country, label, reason = null } = found;
    return {
      category,
      rate,
      country,
      label,
      reason,
      source,
      amount: tax,
      base: pricesIncludeTax ? price - tax : price,
    };
  });
  return { reference, mode: pricesIncludeTax ? 'inclusive' : 'exclusive', lines };
}
