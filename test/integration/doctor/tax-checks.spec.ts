import { afterAll, beforeAll, expect, it } from 'vitest';
import { printed } from '../../../src/doctor/index.js';
import { checkTaxes } from '../../../src/doctor/tax.checks.js';
import { loadConfig } from '../../../src/settings.js';
import { startTaxService, TAX_TOKEN, type TaxService } from '../../support/tax-service.js';
import { development } from '../../support/variables.js';

let service: TaxService;
beforeAll(async () => void (service = await startTaxService()));
afterAll(() => service.close());

const findings = async (given: Readonly<Record<string, string>> = {}) => {
  const remote = { TAX_PROVIDER: 'remote', TAX_REMOTE_URL: service.url, TAX_REMOTE_TOKEN: TAX_TOKEN };
  return (await checkTaxes(loadConfig({ ...development, ...remote, ...given }))).map(printed);
};

it('The doctor asks the tax provider, and says when it does not answer or take the token', async () => {
  expect(await findings()).toEqual([expect.stringMatching(/^ok +tax provider +answers, and takes the token$/)]);
  expect(await findings({ TAX_HOME_COUNTRY: 'AQ' })).toEqual([expect.stringMatching(/^ok /)]);
  const refused = await findings({ TAX_REMOTE_TOKEN: 'another-token-0123456789' });
  expect(refused).toEqual([expect.stringContaining('The tax provider returned HTTP 401.')]);
  expect(refused.join('\n')).not.toContain('another-token');
  service.fail('error');
  expect(await findings()).toEqual([expect.stringContaining('The tax provider returned HTTP 500.')]);
  service.fail('slow');
  expect(await findings({ TAX_REMOTE_TIMEOUT_MS: '200' })).toEqual([expect.stringContaining('in time')]);
  expect(await findings({ TAX_PROVIDER: 'table' })).toEqual([]);
});
