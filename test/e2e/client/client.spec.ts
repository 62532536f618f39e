import { readdirSync } from 'node:fs';
import { build, type BuildOptions } from 'esbuild';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { inClone } from '../../../tools/servers/paths.js';
import type { OrderBody } from '../../support/bodies.js';
import { buildClient } from '../../support/client.js';
import { admin, api, mug, scenario, shopper } from '../../support/scenario.js';

/** What the examples export; their types are checked below. */
type Examples = Readonly<Record<string, (...parameters: unknown[]) => Promise<unknown>>>;

const home = inClone('packages', 'client');
const examplesOf = async (name: string) => (await import(/* @vite-ignore */ `${home}/examples/${name}.ts`)) as Examples;
const credentials = { email: 'ada@till.test', password: 'a long enough one' };

let apiKey: string;
scenario({ people: ['shopper', 'admin'], mugs: 100, unchecked: true });
beforeAll(async () => {
  await buildClient();
  await api.post('/v1/auth/register', { body: { ...credentials, name: 'Ada' } });
  const body = { name: 'ERP', scopes: ['orders:read', 'payments:read', 'payments:refund', 'catalog:write'] };
  apiKey = (await api.request<{ key: string }>('POST /v1/api-keys', { token: admin.token, body })).body.key;
}, 120_000);

describe('An example', () => {
  it('signs in, and keeps the session', async () => {
    const { signIn } = await examplesOf('sign-in');
    const signedIn = await signIn!(api.url, credentials, () => Promise.reject(new Error('no code is needed')));
    expect(signedIn).toMatchObject({ name: 'Ada', session: { accessToken: expect.any(String) } });
  });

  it('registers', async () => {
    const { register } = await examplesOf('register');
    const person = { email: 'grace@till.test', password: 'a long enough one', name: 'Grace' };
    const till = (await register!(api.url, person)) as { GET: (path: string) => Promise<{ data: unknown }> };
    expect((await till.GET('/v1/users/me')).data).toMatchObject({ name: 'Grace', roles: ['customer'] });
    const other = register!(api.url, { ...person, password: 'another long enough one' });
    await expect(other).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('buys', async () => {
    const { buy } = await examplesOf('buy');
    expect(await buy!(api.url, credentials)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  it('refunds', async () => {
    const { refund } = await examplesOf('refund');
    const order = (await api.checkOut(shopper, [{ productId: mug.id, quantity: 1 }])).body;
    expect(await refund!(api.url, apiKey, order.id, 400)).toMatchObject({ amount: 400, status: 'succeeded' });
    expect(await refund!(api.url, apiKey, order.id, 700)).toBeUndefined();
  });

  it('reads all pages', async () => {
    const { confirmedOrders } = await examplesOf('pages');
    for (let n = 0; n < 4; n += 1) await api.checkOut(shopper, [{ productId: mug.id, quantity: 1 }]);
    const numbers = (await confirmedOrders!(api.url, apiKey)) as number[];
    expect(numbers.length).toBeGreaterThan(4);
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('keeps a copy of the orders', async () => {
    const { sync } = await examplesOf('sync');
    const copy = new Map<string, OrderBody>();
    const round = (since: unknown) =>
      sync!({ baseUrl: api.url, apiKey }, since, (order: unknown) =>
        copy.set((order as OrderBody).id, order as OrderBody),
      );
    const next = await round('2026-01-01T00:00:00Z');
    const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
    await round(next);
    expect(copy.get(order.id)).toEqual(await api.orderOf(order));
  });

  it('changes a product as it is now', async () => {
    const { discount } = await examplesOf('change');
    expect(await discount!(api.url, apiKey, mug.id, 0.2)).toBe(800);
  });

  it('compiles', () => {
    const examples = readdirSync(`${home}/examples`).map((name) => `${home}/examples/${name}`);
    const files = [...examples, inClone('examples', 'tour.ts')];
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(`${home}/tsconfig.json`, ts.sys.readFile).config,
      ts.sys,
      home,
    );
    const program = ts.createProgram(files, {
      ...options,
      rootDir: inClone(),
      types: ['node'],
      skipLibCheck: true,
      noEmit: true,
    });
    const complaints = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(complaints).toEqual([]);
  });
});

it('The client has less than 15 kB', async () => {
  const options: BuildOptions = { bundle: true, minify: true, format: 'esm', platform: 'browser' };
  const { outputFiles } = await build({ ...options, entryPoints: [`${home}/dist/index.js`], write: false });
  expect(outputFiles[0]!.contents.length).toBeLessThan(15_000);
});
