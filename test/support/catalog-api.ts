import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessTokens } from '../../src/auth/access-tokens.js';
import { AuthApiModule } from '../../src/auth/auth.api.module.js';
import { AuthModule } from '../../src/auth/index.js';
import { CatalogApiModule } from '../../src/catalog/catalog.api.module.js';
import { type Role, roles } from '../../src/platform/access/index.js';
import { loadConfig } from '../../src/settings.js';
import { createHttpApp } from '../../src/platform/http/index.js';
import { newId } from '../../src/shared/ids.js';
import { httpClient, type RequestOptions } from './http-client.js';
import { platformModules } from './platform-modules.js';
import { redisDatabase } from './redis.js';
import { signedInWith } from './session.js';

@Module({
  imports: [...platformModules, AuthModule, AuthApiModule, CatalogApiModule],
})
class CatalogApi {}

export interface ProductBody {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly price: { readonly amount: number; readonly currency: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly weight: number | null;
  readonly status: string;
  readonly stock: { readonly onHand: number; readonly reserved: number; readonly available: number };
  readonly createdAt: string;
  readonly version: number;
}

/** The catalogue and sign-in behind a real HTTP port. */
export async function startCatalogApi(databaseUrl: string) {
  const redisUrl = await redisDatabase();
  const settings = { NODE_ENV: 'test', LOG_LEVEL: 'error', DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const app = await createHttpApp(CatalogApi, loadConfig({ ...settings, RATE_LIMIT_SCALE: '1000' }));
  await app.listen(0, '127.0.0.1');
  const request = httpClient(await app.getUrl());

  /** Somebody with each role. */
  const staff = new Map(roles.map((role) => [role, newId<'usr'>()]));
  const tokens = new Map<Role, string>();
  for (const [role, id] of staff) {
    const row = [id, `${id}@till.test`, role];
    await app
      .get(DataSource)
      .query(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', ARRAY[$3])`, row);
    const query = (sql: string, parameters: unknown[]) => app.get(DataSource).query(sql, parameters);
    tokens.set(role, await signedInWith(query, app.get(AccessTokens), { userId: id, roles: [role] }));
  }
  /** A token for somebody with this role. */
  const tokenFor = (role: Role) => tokens.get(role)!;
  const manager = tokenFor('catalog_manager');

  /** A product that differs from others only by a fresh sku, and by what is given. */
  const makeProduct = async (given: object = {}): Promise<ProductBody> => {
    const body = { sku: randomUUID(), name: 'Heart', price: { amount: 255, currency: 'GBP' }, ...given };
    return (await request<ProductBody>('POST /v1/products', { token: manager, body })).body;
  };
  /** Moves stock, with a fresh key. */
  const adjust = (id: string, delta: number, options: RequestOptions = {}) =>
    request(`POST /v1/products/${id}/stock-adjustments`, {
      token: manager,
      body: { delta, reason: 'counted' },
      headers: { 'idempotency-key': randomUUID() },
      ...options,
    });
  return { app, request, tokenFor, manager, makeProduct, adjust, close: () => app.close() };
}
