import { describe, expect, it } from 'vitest';
import type { PageBody } from '../../support/bodies.js';
import { admin, api, scenario, support } from '../../support/scenario.js';
import type { EndpointBody } from './webhooks.js';

scenario({ people: ['admin', 'support'], unchecked: true, asRole: 'running' });

/** An address of its own needs no name server. */
const url = 'https://1.1.1.1/hook?key=of-the-receiver';
const make = (body: object = {}, token = admin.token) =>
  api.post<EndpointBody & { errors: { pointer: string }[] }>('/v1/webhook-endpoints', {
    token,
    body: { url, types: ['order.*'], ...body },
  });
const pathOf = ({ id }: { readonly id: string }) => `/v1/webhook-endpoints/${id}`;

describe('An endpoint', () => {
  it('shows its secret once, and the database holds it encrypted', async () => {
    const { status, headers, body } = await make();
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await api.get(pathOf(body), admin)).toMatchObject({
      body: expect.not.objectContaining({ secret: expect.anything() }),
    });
    const rows = await api.sql('SELECT secret FROM webhook_secrets');
    for (const { secret } of rows) expect(secret).toMatch(/^development:/);
    expect(JSON.stringify(await api.sql('SELECT * FROM idempotency_keys'))).not.toContain('whsec_');
  });

  it('is changed by whoever read its present version', async () => {
    const made = (await make()).body;
    const read = await api.get(pathOf(made), admin);
    const change = (body: object, etag: string) =>
      api.request<EndpointBody>(`PATCH ${pathOf(made)}`, { ...admin, body, headers: { 'if-match': etag } });
    const etag = read.headers.get('etag')!;
    expect(await change({ types: ['*'] }, etag)).toMatchObject({ status: 200, body: { types: ['*'], version: 2 } });
    expect((await change({ types: ['order.*'] }, etag)).status).toBe(412);
  });

  it('is disabled and enabled by hand, and has a clean sheet then', async () => {
    const made = (await make()).body;
    const patch = (status: string) =>
      api.request<EndpointBody>(`PATCH ${pathOf(made)}`, { ...admin, body: { status } });
    await api.sql('UPDATE webhook_endpoints SET failures = 7, failing_since = now(), paused_until = now()');
    expect((await patch('disabled')).body).toMatchObject({
      status: 'disabled',
      disabledReason: 'by_hand',
      failures: 7,
    });
    expect((await patch('enabled')).body).toMatchObject({ status: 'enabled', disabledReason: null, failures: 0 });
  });

  it('is gone with its secrets when it is deleted', async () => {
    const made = (await make()).body;
    const before = Number((await api.sql('SELECT count(*)::int AS n FROM webhook_secrets'))[0]!['n']);
    expect((await api.request(`DELETE ${pathOf(made)}`, admin)).status).toBe(204);
    expect((await api.get(pathOf(made), admin)).status).toBe(404);
    const listed = (await api.get<PageBody<EndpointBody>>('/v1/webhook-endpoints', admin)).body.data;
    expect(listed.map(({ id }) => id)).not.toContain(made.id);
    expect(await api.sql('SELECT count(*)::int AS n FROM webhook_secrets')).toEqual([{ n: before - 1 }]);
  });

  it.each([
    { types: [] },
    { types: ['order'] },
    { types: ['order.*', 'order.*'] },
    { types: ['order.placed', 'order.plced'] },
    { url: 'shop' },
    { url: `${url}#here` },
  ])('is refused with %j', async (given) => {
    const { status, body } = await make(given);
    expect([status, body.errors.length]).toEqual([400, 1]);
  });

  it('is nobody else’s business, and in the audit log without the query of its URL', async () => {
    expect((await make({}, support.token)).status).toBe(403);
    const { id } = (await make()).body;
    const log = await api.get<PageBody<{ action: string; after: object }>>(`/v1/audit-log?targetId=${id}`, admin);
    expect(log.body.data).toMatchObject([{ action: 'webhook_endpoint.created', after: { host: '1.1.1.1' } }]);
    expect(log.text).not.toContain('of-the-receiver');
  });

  it('is made by no machine that may not read events', async () => {
    const body = { name: 'ERP', scopes: ['webhooks:write'] };
    const { key } = (await api.post<{ key: string }>('/v1/api-keys', { ...admin, body })).body;
    expect((await make({}, key)).status).toBe(403);
  });
});
