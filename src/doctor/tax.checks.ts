import type { UserId } from '../shared/ids.js';
import type { Config } from '../platform/config/index.js';
import { reasonOf } from '../platform/logging/index.js';
import { RemoteTaxProvider, TaxCallRefused, taxSettings } from '../tax/index.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'tax provider';
/** Nobody, who buys nothing. */
const customerId = '00000000-0000-0000-0000-000000000000' as UserId;

/** Whether the tax provider answers, asked about an empty basket. Finds nothing without one. */
export async function checkTaxes(config: Config): Promise<Finding[]> {
  const { remote, homeCountry: country = 'GB' } = config.of(taxSettings);
  if (!remote) return [];
  const destination = { country, region: null, postalCode: null, city: null, line1: null, line2: null };
  const basket = { currency: 'EUR', customerId, destination, items: [] };
  try {
    await new RemoteTaxProvider(remote).estimate(basket, AbortSignal.timeout(remote.timeoutMs));
  } catch (error) {
    if (!(error instanceof TaxCallRefused)) return [problem(about, reasonOf(error), remedy)];
  }
  return [fine(about, 'answers, and takes the token')];
}

const remedy =
  'Let this machine reach TAX_REMOTE_URL, and set TAX_REMOTE_TOKEN to a token that it takes (401 and 403 say that it does not).';
