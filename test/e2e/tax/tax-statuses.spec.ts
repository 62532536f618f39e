import { describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { admin, api, scenario, shopper, stranger, support } from '../../support/scenario.js';

scenario({ people: ['shopper', 'stranger', 'support', 'admin'], asRole: 'running' });

interface StatusBody {
  readonly vatId: string | null;
  readonly vatIdState: string | null;
  readonly vatIdConfirmedBy: string | null;
  readonly exemption: { readonly country: string; readonly grantedBy: string | null } | null;
}
const exemption = { country: 'DE', reason: 'Diplomatic mission, certificate 15.1' };
const change = (by: Person, of: { id: string }, body: object) =>
  api.request<StatusBody>(`PATCH /v1/users/${of.id}/tax-status`, { token: by.token, body });
const read = (by: Person, of: { id: string }) => api.get<StatusBody>(`/v1/users/${of.id}/tax-status`, by);
const uuid = ({ id }: { id: string }) => decodeId('usr', id)!;

describe('A tax status', () => {
  it('is empty for a customer who said nothing', async () => {
    const { id: userId, token } = await api.person();
    expect(await read({ id: userId, token }, { id: userId })).toMatchObject({
      status: 200,
      body: { userId, vatId: null, vatIdState: null, vatIdCheckedAt: null, exemption: null },
    });
  });

  it('gets a VAT id by the customer, which only staff confirm', async () => {
    const named = await change(shopper, shopper, { vatId: 'de 136 695 976' });
    expect(named).toMatchObject({ status: 200, body: { vatId: 'DE136695976', vatIdState: 'unchecked' } });
    expect((await change(shopper, shopper, { vatIdConfirmed: true })).status).toBe(403);
    const confirmed = await change(admin, shopper, { vatId: 'DE136695976', vatIdConfirmed: true });
    expect(confirmed.body).toMatchObject({ vatIdState: 'valid', vatIdConfirmedBy: admin.id });
    expect((await read(shopper, shopper)).body).toMatchObject({ vatIdState: 'valid', vatIdConfirmedBy: null });
    // The same id, written in another way, stays confirmed; another one is not.
    expect((await change(shopper, shopper, { vatId: 'DE136695976 ' })).body).toMatchObject({ vatIdState: 'valid' });
    expect((await change(shopper, shopper, { vatId: 'ATU13585627' })).body).toMatchObject({ vatIdState: 'unchecked' });
    expect((await change(shopper, shopper, { vatId: null })).body).toMatchObject({ vatId: null, vatIdState: null });
  });

  it.each([
    [{ vatId: 'DE136695977' }, '/vatId'],
    [{ vatId: 'US12345678' }, '/vatId'],
    [{ vatIdConfirmed: false }, '/vatIdConfirmed'],
    [{ exemption: { country: 'Germany', reason: 'x' } }, '/exemption/country'],
    [{ exemption: { country: 'DE' } }, '/exemption/reason'],
    [{ exemption: { ...exemption, validUntil: '2020-01-01T00:00:00.000Z' } }, '/exemption/validUntil'],
  ])('refuses %j', async (body, pointer) => {
    const other = await api.person();
    expect(await change(admin, other, body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect((await change(admin, other, { vatIdConfirmed: true })).status).toBe(400);
  });

  it('gets an exemption by staff with the permission, for somebody else', async () => {
    expect((await change(shopper, shopper, { exemption })).status).toBe(403);
    expect((await change(stranger, shopper, { vatId: 'DE136695976' })).status).toBe(404);
    expect((await change(support, shopper, { exemption })).status).toBe(404);
    expect((await change(admin, admin, { exemption })).status).toBe(403);
    const { status, body } = await change(admin, shopper, { exemption });
    expect([status, body.exemption]).toEqual([
      200,
      { ...exemption, region: null, validFrom: expect.any(String), validUntil: null, grantedBy: admin.id },
    ]);
    expect((await read(support, shopper)).body.exemption?.grantedBy).toBe(admin.id);
    expect((await read(stranger, shopper)).status).toBe(404);
    const logged = await api.get<{ data: { action: string; after: object }[] }>('/v1/audit-log?limit=20', admin);
    const granted = logged.body.data.find(({ action }) => action === 'user.tax_status_changed');
    expect(granted).toMatchObject({ after: { exemptionCountry: 'DE' } });
    expect(JSON.stringify(logged.body)).not.toContain('Diplomatic');
    expect((await change(admin, shopper, { exemption: null })).body.exemption).toBeNull();
  });

  it('is of accounts that exist', async () => {
    const nobody = { id: 'usr_01h455vb4pex5vsknk084sn02q' };
    expect((await read(admin, nobody)).status).toBe(404);
    expect((await change(admin, nobody, { vatId: null })).status).toBe(404);
  });

  it('is exported, and goes with the account; the evidence stays', async () => {
    const person = await api.person();
    await change(admin, person, { vatId: 'DE136695976', exemption });
    await api.sql(
      `INSERT INTO vat_id_checks (id, user_id, vat_id, valid, answer, asked_at) VALUES (gen_random_uuid(), $1, 'DE136695976', true, '{}', now())`,
      [uuid(person)],
    );
    const exported = await api.get<{ data: Record<string, object[]> }>('/v1/users/me/export', person);
    expect(exported.body.data).toMatchObject({
      tax_statuses: [{ vatId: 'DE136695976', exemptionReason: exemption.reason, exemptionGrantedBy: admin.id }],
      vat_id_checks: [{ vatId: 'DE136695976', valid: true }],
    });
    await api.request(`DELETE /v1/users/${person.id}`, { token: admin.token });
    const rows = `SELECT (SELECT count(*) FROM tax_statuses WHERE user_id = $1)::int AS statuses, (SELECT count(*) FROM vat_id_checks WHERE user_id = $1)::int AS checks`;
    expect(await api.sql(rows, [uuid(person)])).toEqual([{ statuses: 0, checks: 1 }]);
    expect((await change(admin, person, { vatId: 'DE136695976' })).status).toBe(404);
  });

  it('keeps every change of two who change it at once', async () => {
    const person = await api.person();
    const changes = [{ vatId: 'DE136695976' }, { exemption }, { vatId: 'DE136695976' }, { exemption }];
    const answers = await Promise.all(changes.map((body) => change(admin, person, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await read(admin, person)).body).toMatchObject({ vatId: 'DE136695976', exemption });
  });
});

const set = (values: string) => `UPDATE tax_statuses SET ${values} WHERE user_id = $1`;

describe('The database refuses', () => {
  it.each([
    ['a VAT id of other letters', set(`vat_id = 'de136695976'`), { constraint: 'tax_statuses_vat_id' }],
    ['a VAT id without a state', set('vat_id_state = NULL'), { constraint: 'tax_statuses_vat_id_has_a_state' }],
    [
      'a valid id that nobody checked',
      set(`vat_id_state = 'valid'`),
      { constraint: 'tax_statuses_valid_has_evidence' },
    ],
    [
      'an exemption without a reason',
      set('exemption_reason = NULL'),
      { constraint: 'tax_statuses_exemption_is_whole' },
    ],
    ['one that nobody granted', set('exemption_granted_by = NULL'), { constraint: 'tax_statuses_exemption_is_whole' }],
    [
      'one that ends before it begins',
      set('exemption_until = exemption_from'),
      { constraint: 'tax_statuses_exemption_ends' },
    ],
    ['one for oneself', set('exemption_granted_by = user_id'), { constraint: 'tax_statuses_granted_by_another' }],
    [
      'a changed evidence',
      'UPDATE vat_id_checks SET valid = true WHERE user_id = $1',
      { message: expect.stringContaining('append-only') },
    ],
    [
      'a lost evidence',
      'DELETE FROM vat_id_checks WHERE user_id = $1',
      { message: expect.stringContaining('append-only') },
    ],
  ])('%s', async (_, statement, error) => {
    const person = await api.person();
    await change(admin, person, { vatId: 'DE136695976', exemption });
    await expect(api.sql(statement, [uuid(person)])).rejects.toMatchObject(error);
  });
});
