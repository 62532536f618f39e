import { Controller, Get } from '@nestjs/common';
import { expect, it } from 'vitest';
import { Public, roles, SignedIn } from '../../../src/platform/access/index.js';
import { startAuthApi } from '../../support/auth-api.js';
import { createDatabase } from '../../support/database.js';
import type { OpenApi } from '../../support/openapi.js';
import { redisDatabase } from '../../support/redis.js';
import { api, scenario, shopper } from '../../support/scenario.js';

scenario({ unchecked: true });

@Controller('v1/test')
class HalfDeclaredController {
  @Get('silent')
  silent() {
    return {};
  }

  @Public()
  @Get('open')
  open() {
    return {};
  }

  helper() {
    return this.silent();
  }
}

@SignedIn()
@Controller('v1/test')
class DeclaredController {
  @Get('caller')
  caller() {
    return {};
  }
}

it('no api starts with a handler that does not say who may call it', async () => {
  const database = await createDatabase();
  const start = async (controller: new () => object) =>
    startAuthApi({ databaseUrl: database.url, redisUrl: await redisDatabase(), controllers: [controller] });
  await expect(start(HalfDeclaredController)).rejects.toThrow(/Without: HalfDeclaredController\.silent\.$/);
  await (await start(DeclaredController)).close();
  await database.drop();
});

it('lists every permission, with the roles that have it', async () => {
  const { status, body } = await api.get<{ data: { name: string; roles: string[] }[] }>('/v1/permissions', shopper);
  expect(status).toBe(200);
  const rolesOf = Object.fromEntries(body.data.map(({ name, roles: held }) => [name, held]));
  expect(rolesOf).toMatchObject({
    'payments:refund': ['finance', 'admin'],
    'catalog:write': ['catalog_manager', 'admin'],
    'users:read': ['support', 'admin'],
  });
  expect(body.data.filter(({ roles: held }) => held.includes('customer') || !held.includes('admin'))).toEqual([]);
  expect(new Set(body.data.flatMap(({ roles: held }) => held))).toEqual(new Set(roles.slice(1)));
});

it('the OpenAPI document names the permission of each operation', async () => {
  const { paths } = (await api.request<OpenApi>('GET /openapi.json')).body;
  expect(paths['/v1/payments/{id}/refunds']!['post']).toMatchObject({ 'x-permission': 'payments:refund' });
  expect(paths['/v1/orders/{id}']!['get']).toMatchObject({ 'x-permission': 'orders:read', 'x-own': true });
  expect(paths['/v1/ledger/accounts']!['get']).toMatchObject({ 'x-permission': 'ledger:read' });
  expect(paths['/v1/users/me']!['get']).not.toHaveProperty('x-permission');
  expect(paths['/v1/products']!['get']).toMatchObject({ security: [{}, { bearer: [] }] });
  expect(paths['/v1/auth/login']!['post']).toMatchObject({ security: [] });
});
