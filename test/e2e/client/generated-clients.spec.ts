import { mkdtemp, rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileProgram, generate, type Generator } from '../../../tools/openapi/generated.js';
import { inClone } from '../../../tools/servers/paths.js';
import type { PageBody, ProductBody } from '../../support/bodies.js';
import { clientDocument } from '../../support/client.js';
import { admin, api, finance, scenario, shopper } from '../../support/scenario.js';

interface Program {
  run(baseUrl: string, customer: string, finance: string): Promise<unknown>;
}

let folder: string;
let document: string;
scenario({ people: ['shopper', 'finance', 'admin'] });
beforeAll(async () => {
  // Below the modules, so that the programs find what they import.
  folder = await mkdtemp(inClone('node_modules', '.generated-'));
  document = await clientDocument();
  for (let n = 0; n < 5; n += 1) await api.product(100);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each<Generator>(['openapi-typescript', 'hey-api'])(
  'A client that %s makes compiles, and buys, pays, refunds and reads pages',
  { timeout: 120_000 },
  async (generator) => {
    await generate(generator, document, folder);
    const { complaints, outfile } = await compileProgram(generator, folder);
    expect(complaints).toEqual([]);
    const { run } = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Program;
    const { data } = (await api.get<PageBody<ProductBody>>('/v1/products', admin)).body;
    const skus = data.map(({ sku }) => sku);
    const result = await run(api.url, shopper.token, finance.token);
    expect(result).toEqual({ payment: 'captured', refunded: 100, skus });
  },
);
