import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeId, encodeId, type IdPrefix, idPrefixes, newId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { Answer } from '../../support/http-client.js';
import { type Asked, requestsOf } from '../../support/matrix-world.js';
import type { OpenApi } from '../../support/openapi.js';
import { api, scenario } from '../../support/scenario.js';
import { type Column, columns, matrix } from './permission-matrix.js';

/** A scope that no operation needs. */
const OTHER_SCOPE = 'orders:override_price';

type PersonColumn = Exclude<Column, 'keyWithout' | 'keyWith'>;

let requests: Awaited<ReturnType<typeof requestsOf>>;
let callers: Readonly<Record<PersonColumn, Person | undefined>>;
let openapi: OpenApi;
/** An administrator in a browser. */
let browsing: Person;
scenario({ people: [], unchecked: true, env: { COOKIE_SESSIONS: 'yes' } });
beforeAll(async () => {
  const owner = await api.person();
  const [other, support, catalogManager, finance, admin] = await Promise.all([
    api.person(),
    api.person('support'),
    api.person('catalog_manager'),
    api.person('finance'),
    api.person('admin'),
  ]);
  callers = { anonymous: undefined, customer: owner, other, support, catalog_manager: catalogManager, finance, admin };
  browsing = await api.person('admin');
  requests = await requestsOf(api, owner);
  openapi = (await api.request<OpenApi>('GET /openapi.json')).body;
});

const operations = () =>
  Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

const keys = new Map<string, Promise<string>>();

/** An administrator's API key with this scope. */
function keyWith(scope: string): Promise<string> {
  const made = keys.get(scope) ?? mint(scope);
  keys.set(scope, made);
  return made;
}

async function mint(scope: string): Promise<string> {
  const { token } = callers.admin!;
  // What changes a payment reads it first, and the payments of an order are read with the order.
  const more = scope.startsWith('payments:') ? ['orders:read', 'payments:read'] : [];
  // Whoever sends events somewhere reads them.
  if (scope === 'webhooks:write') more.push('events:read');
  const scopes = [...new Set([...more, scope])];
  const body = { name: scope, scopes };
  return (await api.request<{ key: string }>('POST /v1/api-keys', { token, body })).body.key;
}

async function tokenOf(column: Column, line: string): Promise<string | undefined> {
  if (column !== 'keyWith' && column !== 'keyWithout') return callers[column]?.token;
  const [method, path] = line.split(' ');
  const needed = (openapi.paths[path!]![method!.toLowerCase()] as { 'x-permission'?: string })['x-permission'];
  const isScope = needed !== undefined && needed !== 'api_keys:write';
  return keyWith(isScope && column === 'keyWith' ? needed : OTHER_SCOPE);
}

async function ask(line: string, { id = '', body, headers }: Asked, column: Column): Promise<Answer<unknown>> {
  const token = await tokenOf(column, line);
  const key = line.startsWith('POST') && { 'idempotency-key': randomUUID() };
  return api.request(line.replace(/\{\w+\}/, id), { token, body, headers: { ...key, ...headers } });
}

/** The same of an administrator whose token is in the cookie of a browser. */
async function askByCookie(line: string, { id = '', body, headers }: Asked): Promise<Answer<unknown>> {
  const browser = { cookie: `__Host-till_access=${browsing.token}`, 'sec-fetch-site': 'same-origin' };
  const key = line.startsWith('POST') && { 'idempotency-key': randomUUID() };
  return api.request(line.replace(/\{\w+\}/, id), { body, headers: { ...browser, ...key, ...headers } });
}

/** Absent for what has no id of ours, which belongs to nobody. */
const prefixOf = (id = ''): IdPrefix | undefined => idPrefixes.find((prefix) => decodeId(prefix, id));

/** An answer without what differs with each request: the id that was asked for, and the request's own. */
function withoutIds({ status, text, headers }: Answer<unknown>, id: string): object {
  const kept = [...headers].filter(([name]) => !['x-request-id', 'date', 'ratelimit'].includes(name));
  const requestId = headers.get('x-request-id')!;
  return { status, headers: kept, text: text.replaceAll(id, 'ID').replaceAll(requestId, 'REQUEST') };
}

describe('the matrix of operations and callers', () => {
  it('has each operation of the OpenAPI document, and no other', () => {
    expect(Object.keys(matrix).toSorted()).toEqual(operations().toSorted());
    expect(Object.keys(requests).toSorted()).toEqual(operations().toSorted());
  });

  it.each(Object.keys(matrix))('%s', async (line) => {
    const statuses: Partial<Record<Column, number>> = {};
    for (const column of columns) {
      const asked = await requests[line]!();
      const answer = await ask(line, asked, column);
      statuses[column] = answer.status;
      const prefix = prefixOf(asked.id);
      if (answer.status !== 404 || !prefix) continue;
      const absent = encodeId(prefix, newId());
      const ofAbsent = await ask(line, { ...asked, id: absent }, column);
      expect(withoutIds(answer, asked.id!)).toEqual(withoutIds(ofAbsent, absent));
    }
    expect(statuses).toEqual(Object.fromEntries(columns.map((column, index) => [column, matrix[line]![index]])));
    const byCookie = await askByCookie(line, await requests[line]!());
    expect(byCookie.status).toBe(matrix[line]![columns.indexOf('admin')]);
  });
});
