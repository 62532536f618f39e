import { beforeAll, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { ProductBody } from '../../support/bodies.js';
import { api, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';
import { startTaxService, TAX_TOKEN, type TaxService } from '../../support/tax-service.js';

let service: TaxService;
scenario({
  worker: true,
  env: async () => {
    service = await startTaxService();
    return {
      TAX_PROVIDER: 'remote',
      TAX_REMOTE_URL: service.url,
      TAX_REMOTE_TOKEN: TAX_TOKEN,
      TAX_REMOTE_FALLBACK: 'table',
      LOG_LEVEL: 'silent',
    };
  },
});

const price = (amount: number) => ({ price: { amount, currency: 'GBP' } });
const given = { shippingAddress: { country: 'GB' } };
let mug: ProductBody;
const buy = () => api.checkOut(shopper, [{ productId: mug.id, quantity: 3 }], {}, { given });

beforeAll(async () => {
  await importTaxRates(api.app);
  mug = await api.product(1000, { ...price(333), taxClass: 'standard' });
});

it('While the service does not answer, the table of rates stands in; after five failures it is not even asked', async () => {
  service.hooks.fault = 'error';
  for (let order = 1; order <= 7; order += 1)
    expect(await buy()).toMatchObject({
      status: 201,
      body: { total: 999, tax: 167, lines: [{ tax: { source: 'test, 2026-11-29' } }] },
    });
  expect(service.callsOf('/estimates')).toHaveLength(5);
  const ready = await api.request<{ status: string }>('GET /health/ready', {});
  expect(JSON.stringify(ready.body)).toContain('tax_provider');
});

it('An order that the table taxed has its document at the service all the same, without an estimate', async () => {
  service.hooks.fault = undefined;
  const { body } = await buy();
  const [document] = await api.sql('SELECT reference FROM tax_documents WHERE order_id = $1', [
    decodeId('ord', body.id),
  ]);
  expect(document).toEqual({ reference: null });
  await vi.waitFor(
    () => {
      const [call] = service.callsOf('/commits').filter((one) => one.body['document'] === body.id);
      expect(call?.body).toMatchObject({ reference: null, groups: [{ net: 832, tax: 167 }] });
    },
    { timeout: 15_000, interval: 20 },
  );
});
