import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startApi } from '../../support/api.js';

it('Without GRAPHQL=on there is no /graphql', async () => {
  const api = await startApi();
  expect((await api.request('POST /graphql', { body: { query: '{ products { nextCursor } }' } })).status).toBe(404);
  await api.close();
});

it('With GRAPHQL_QUERIES only listed queries are served, by text or hash', async () => {
  const listed = '{ products { nextCursor } }';
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'till-graphql-')), 'queries.json');
  writeFileSync(file, JSON.stringify([listed]));
  const api = await startApi({ GRAPHQL: 'on', GRAPHQL_QUERIES: file });
  const ask = (body: object) => api.request('POST /graphql', { body });
  const hash = createHash('sha256').update(listed).digest('hex');
  expect((await ask({ query: listed })).body).toMatchObject({ data: { products: {} } });
  expect((await ask({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } })).status).toBe(200);
  const other = await ask({ query: '{ products { data { id } } }' });
  expect(other).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'query_not_listed' } }] } });
  await api.close();
});

it('In production the schema is not told, unless the settings say so', async () => {
  const query = '{ __schema { queryType { name } } }';
  const off = await startApi({ GRAPHQL: 'on', GRAPHQL_INTROSPECTION: 'off' });
  expect((await off.request('POST /graphql', { body: { query } })).status).toBe(400);
  await off.close();
  const on = await startApi({ GRAPHQL: 'on' });
  expect((await on.request('POST /graphql', { body: { query } })).body).toMatchObject({ data: { __schema: {} } });
  await on.close();
});
