import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inSchema } from '../../../src/platform/config/index.js';
import { revert } from '../../../src/platform/database/index.js';
import { type Api, startWorker } from '../../support/api.js';
import { runCli } from '../../support/build.js';
import { asRunningRole, createRunningRole, RUNNING_ROLE } from '../../support/running-role.js';
import { sandboxOffice } from '../../support/sandbox.js';
import { commandSettings, FIGURES, shopServer, type ShopServer } from '../../support/shop-server.js';
import { systemPostgres } from '../../support/system-postgres.js';
import { importTaxRates } from '../../support/tax.js';

const COMMANDS = 240_000;
const SOON = { timeout: 30_000, interval: 100 };
const where = systemPostgres ? '' : ' (not run: there is no pg_dump with a server; apt-get install postgresql)';
const key = () => `till:${randomBytes(32).toString('base64')}`;

/** Orders with taxes, a refund, a dispute and a secret, all sealed. */
async function sell(north: Api) {
  await importTaxRates(north.app);
  const worker = await startWorker(north);
  const shopper = await north.person();
  const product = await north.product(50, { price: { amount: 1200, currency: 'GBP' }, taxClass: 'standard' });
  const lines = [{ productId: product.id, quantity: 2 }];
  const given = { shippingAddress: { country: 'GB' } };
  const order = (await north.place(shopper, lines, { given })).body;
  const paid = (await north.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
  const other = (await north.place(shopper, lines, { given })).body;
  await north.refund(await north.admin(), (await north.pay(shopper, other)).body, { amount: 900 });
  const office = sandboxOffice(north);
  const told = { type: 'dispute_opened', amount: 600, currency: 'GBP', dispute: `dp_${paid.id}` } as const;
  await office.send(await office.webhook(paid, told));
  const secret = await north.post('/v1/auth/mfa/totp', { token: (await north.admin()).token });
  assert.equal(secret.status, 201);
  const facts = `SELECT (SELECT count(*)::int FROM disputes) AS disputes, (SELECT count(*)::int FROM refunds) AS refunds,
    (SELECT count(*) FROM ledger_transactions) = (SELECT max(seq) FROM ledger_seals) AS sealed`;
  await vi.waitFor(
    async () => assert.deepEqual(await north.sql(facts), [{ disputes: 1, refunds: 1, sealed: true }]),
    SOON,
  );
  await worker.close();
}

describe.skipIf(!systemPostgres)(`A shop on another machine${where}`, { timeout: COMMANDS }, () => {
  let source: ShopServer;
  let target: ShopServer;
  let settings: Awaited<ReturnType<typeof commandSettings>>;
  let env: Record<string, string>;
  let sold: { readonly figures: unknown; readonly verified: object; readonly printed: Record<string, unknown> };

  const till = async (at: ShopServer, args: readonly string[], more: Record<string, string> = {}) => {
    const { stdout } = await runCli(args, { ...env, DATABASE_URL: at.url, ...more });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const refusal = async (args: readonly string[], more: Record<string, string> = {}) => {
    const { code, stderr } = await till(target, args, more).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );
    expect(code).toBe(1);
    return stderr;
  };
  const file = (name: string) => settings.file(name);
  const shopsAt = async (at: ShopServer) => {
    const { stdout } = await runCli(['shops', 'list', '--json'], { ...env, DATABASE_URL: at.url });
    return stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  };

  beforeAll(async () => {
    [source, target, settings] = await Promise.all([
      shopServer(['north', 'old', 'future']),
      shopServer(['south']),
      commandSettings(),
    ]);
    const ENCRYPTION_KEYS = key();
    const north = await source.api('north', 'shop_north', { ENCRYPTION_KEYS });
    const { SHOP: _, ...others } = north.settings as Record<string, string>;
    env = { ...others, ...settings.env, ENCRYPTION_KEYS };
    await sell(north);
    await north.close();
    const verified = await till(source, ['ledger', 'verify', '--shop', 'north']);
    assert.deepEqual([verified['intact'], verified['waiting']], [true, 0]);
    const [figures] = await source.query(FIGURES('shop_north'));
    const printed = await till(source, ['shops', 'export', 'north', '--to', file('north.till')]);
    sold = { figures, verified, printed };
  }, COMMANDS);
  afterAll(async () => {
    await source?.remove();
    await target?.remove();
    await settings?.remove();
  });

  it('has the orders, taxes, refunds, disputes and the proof that it had, is suspended, and sells when it is resumed', async () => {
    await createRunningRole(target.url);
    const printed = await till(target, ['shops', 'import', file('north.till'), '--role', RUNNING_ROLE]);
    expect(printed).toMatchObject({ slug: 'north', continued: false, migrated: [], rows: sold.printed['rows'] });
    expect(printed['proof']).toEqual(sold.verified);
    expect(await till(target, ['ledger', 'verify', '--shop', 'north'])).toEqual(sold.verified);
    expect(await target.query(FIGURES('shop_north'))).toEqual([sold.figures]);
    expect(sold.figures).toMatchObject({
      orders: 2,
      payments: 2,
      refunds: 1,
      disputes: 1,
      taxes: expect.any(Number) as number,
    });
    expect(await shopsAt(target)).toContainEqual(
      { slug: 'north', name: 'The north', status: 'suspended', schema: 'shop_north', migrations: 'current' }, // prettier-ignore
    );

    await till(target, ['shops', 'resume', 'north']);
    const DATABASE_URL = inSchema(asRunningRole(target.url), 'shop_north');
    const north = await target.api('north', 'shop_north', { ENCRYPTION_KEYS: env['ENCRYPTION_KEYS']!, DATABASE_URL });
    const lines = [{ productId: (await north.product(5)).id, quantity: 1 }];
    expect((await north.checkOut(await north.person(), lines)).status).toBe(201);
    expect(await north.proof()).toMatchObject({ balanced: true });
    await north.close();
  });

  it('is not imported where its slug is taken, and the shop there stays as it is', async () => {
    const before = await shopsAt(target);
    expect(await refusal(['shops', 'import', file('north.till')])).toMatch(/There is a shop north already \(active\)/);
    expect(await refusal(['shops', 'import', file('north.till'), '--slug', 'south'])).toMatch(/a shop south already/);
    expect(await refusal(['shops', 'import', file('north.till'), '--slug', 'Not One'])).toMatch(/can't be the slug/);
    expect(await shopsAt(target)).toEqual(before);
  });

  it.each([
    ['the keys of its secrets', { ENCRYPTION_KEYS: key() }, /ENCRYPTION_KEYS must have the keys.*can't be decrypted/],
    ['any key of that name', { ENCRYPTION_KEYS: key().replace('till', 'other') }, /ENCRYPTION_KEYS has no key till/],
    ['a key that opens the file', { BACKUP_IDENTITY: '' }, /BACKUP_IDENTITY must be set/],
  ])('is not imported without %s', async (_, more, why) => {
    expect(await refusal(['shops', 'import', file('north.till'), '--slug', 'west'], more)).toMatch(why);
    expect(await schemas()).not.toContain('shop_west');
  });

  it('is not imported for a role that does not exist', async () => {
    const args = ['shops', 'import', file('north.till'), '--slug', 'west', '--role', 'nobody_here'];
    expect(await refusal(args)).toMatch(/There is no role "nobody_here"/);
    expect(await schemas()).not.toContain('shop_west');
  });

  it('is not imported from a file that was changed or cut, and leaves nothing', async () => {
    const whole = await readFile(file('north.till'));
    const late = Math.floor(whole.length * 0.9);
    await writeFile(file('changed.till'), whole.with(late, whole[late]! ^ 1));
    await writeFile(file('cut.till'), whole.subarray(0, late));
    await writeFile(file('other.till'), 'something else');
    for (const name of ['changed.till', 'cut.till', 'other.till']) {
      expect(await refusal(['shops', 'import', file(name), '--slug', 'west'])).toMatch(
        /is damaged: it does not decrypt/,
      );
      expect(await schemas()).not.toContain('shop_west');
      expect((await shopsAt(target)).map(({ slug }) => slug)).not.toContain('west');
    }
  });

  it('is migrated when the file is of an older Till, and refused when it is of a newer one', async () => {
    const reverted = await revert(inSchema(source.url, 'shop_old'), { steps: 2, adapt: sandboxInShop });
    await till(source, ['shops', 'export', 'old', '--to', file('old.till')]);
    const printed = await till(target, ['shops', 'import', file('old.till')]);
    expect(printed['migrated']).toEqual(reverted.toReversed());
    expect(printed['proof']).toMatchObject({ intact: true });

    await source.query(
      `INSERT INTO shop_future.migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
    );
    await till(source, ['shops', 'export', 'future', '--to', file('future.till')]);
    expect(await refusal(['shops', 'import', file('future.till')])).toMatch(/newer Till.*Later9999999999999/);
    expect(await schemas()).not.toContain('shop_future');
  });

  const schemas = async () =>
    (await target.query<{ name: string }>('SELECT nspname AS name FROM pg_namespace')).map(({ name }) => name);
});
