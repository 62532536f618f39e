import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { VatIdCheckJob } from '../../../src/tax/vat-id-checks.schedule.js';
import type { Person } from '../../support/api.js';
import { admin, api, scenario, worker } from '../../support/scenario.js';
import { startVies } from '../../support/vies.js';

let vies: Awaited<ReturnType<typeof startVies>>;
scenario({
  people: ['admin'],
  worker: true,
  env: async () => {
    vies = await startVies();
    return { VIES_URL: vies.url, VIES_REQUESTER: 'ATU13585627', VIES_RECHECK_DAYS: '30' };
  },
});
afterAll(() => vies.close());
beforeEach(() => vies.asked.splice(0));

interface StatusBody {
  readonly vatIdState: string | null;
  readonly vatIdCheckedAt: string | null;
}
const DE = 'DE136695976';
const SOON = { timeout: 10_000, interval: 50 };
const uuid = ({ id }: Person) => decodeId('usr', id)!;
const name = (by: Person, vatId: string | null) =>
  api.request<StatusBody>(`PATCH /v1/users/${by.id}/tax-status`, { token: by.token, body: { vatId } });
const stateOf = async (person: Person) => (await api.get<StatusBody>(`/v1/users/${person.id}/tax-status`, person)).body;
const reaches = (person: Person, vatIdState: string | null) =>
  vi.waitFor(async () => expect(await stateOf(person)).toMatchObject({ vatIdState }), SOON);
const row = async (person: Person) =>
  (
    await api.sql(
      'SELECT check_attempts, check_error, check_due_at - now() AS pause, check_due_at FROM tax_statuses WHERE user_id = $1',
      [uuid(person)],
    )
  )[0]!;
const evidence = (person: Person) =>
  api.sql(
    'SELECT vat_id, valid, consultation_number, answer, asked_at FROM vat_id_checks WHERE user_id = $1 ORDER BY id',
    [uuid(person)],
  );
/** As if its time had come. */
const makeDue = (person: Person) =>
  api.sql('UPDATE tax_statuses SET check_due_at = now() WHERE user_id = $1', [uuid(person)]);
const askNow = () => worker.get(VatIdCheckJob).tick();

describe('A VAT id that a customer named', () => {
  it('gets an official check by the worker, with the consultation number as evidence', async () => {
    vies.says(DE, 'valid');
    const person = await api.person();
    expect((await name(person, DE)).body).toMatchObject({ vatIdState: 'unchecked', vatIdCheckedAt: null });
    await reaches(person, 'valid');
    expect(vies.asked).toEqual([
      { countryCode: 'DE', vatNumber: '136695976', requesterMemberStateCode: 'AT', requesterNumber: 'U13585627' },
    ]);
    expect(await evidence(person)).toEqual([
      {
        vat_id: DE,
        valid: true,
        consultation_number: expect.stringMatching(/^WAPI/),
        answer: expect.objectContaining({ valid: true, vatNumber: '136695976', requestDate: expect.any(String) }),
        asked_at: expect.any(Date),
      },
    ]);
    expect(await stateOf(person)).toMatchObject({ vatIdCheckedAt: expect.any(String) });
    expect(await row(person)).toMatchObject({ check_attempts: 0, check_error: null });
    expect((await row(person))['pause']).toMatchObject({ days: 29 });
  });

  it('gets its official check a minute after another one of the same customer, at the earliest', async () => {
    vies.says(DE, 'valid');
    const person = await api.person();
    await name(person, DE);
    await reaches(person, 'valid');
    await name(person, 'FR40303265045');
    await askNow();
    expect(await stateOf(person)).toMatchObject({ vatIdState: 'unchecked' });
    expect(await evidence(person)).toHaveLength(1);
  });

  it('that is invalid does not count, also if staff had confirmed it', async () => {
    vies.says('FR40303265045', 'invalid');
    const person = await api.person();
    const body = { vatId: 'FR40303265045', vatIdConfirmed: true };
    await api.request(`PATCH /v1/users/${person.id}/tax-status`, { token: admin.token, body });
    await reaches(person, 'invalid');
    expect(await evidence(person)).toMatchObject([{ valid: false, consultation_number: null }]);
  });

  it('of a country whose ids VIES does not have gets no official check', async () => {
    const person = await api.person();
    await name(person, 'GB980780684');
    expect(await row(person)).toMatchObject({ check_due_at: null });
  });

  it('gets another official check after a month, and the evidence grows', async () => {
    vies.says('ATU13585627', 'valid');
    const person = await api.person();
    await name(person, 'ATU13585627');
    await reaches(person, 'valid');
    vies.says('ATU13585627', 'invalid');
    await makeDue(person);
    await reaches(person, 'invalid');
    expect(await evidence(person)).toMatchObject([{ valid: true }, { valid: false }]);
  });
});

describe('An official check without an answer', () => {
  it.each([
    ['a member state is away', { fault: 'MS_UNAVAILABLE' }, 'MS_UNAVAILABLE'],
    ['too many ask', { fault: 'MS_MAX_CONCURRENT_REQ' }, 'MS_MAX_CONCURRENT_REQ'],
    ['VIES is away', { status: 503 }, 'HTTP_503'],
    ['something else answers', { status: 200, body: '<html>' }, 'NO_VERDICT'],
    ['somebody redirects', { status: 307 }, 'UNREACHABLE'],
    ['the answer has no end', { status: 200, body: `{"a":"${'a'.repeat(100_000)}"}` }, 'NO_VERDICT'],
  ] as const)('is made again later: %s', async (_, behaviour, error) => {
    vies.says('IT00743110157', behaviour);
    const person = await api.person();
    await name(person, 'IT00743110157');
    await vi.waitFor(
      async () => expect(await row(person)).toMatchObject({ check_error: error, check_attempts: 1 }),
      SOON,
    );
    expect(await stateOf(person)).toMatchObject({ vatIdState: 'unchecked' });
    expect(await evidence(person)).toEqual([]);
    await makeDue(person);
    await vi.waitFor(async () => expect(await row(person)).toMatchObject({ check_attempts: 2 }), SOON);
    vies.says('IT00743110157', 'valid');
    // The answer before it may be on its way, and says when to ask next.
    await vi.waitFor(async () => {
      await makeDue(person);
      expect(await stateOf(person)).toMatchObject({ vatIdState: 'valid' });
    }, SOON);
  });

  it('delays nobody who orders', async () => {
    vies.says('PL8567346215', 'silent');
    const person = await api.person();
    await name(person, 'PL8567346215');
    await vi.waitFor(() => expect(vies.asked).toContainEqual(expect.objectContaining({ countryCode: 'PL' })), SOON);
    const product = await api.product(1);
    expect((await api.place(person, [{ productId: product.id, quantity: 1 }])).status).toBe(201);
    expect((await name(person, null)).body).toMatchObject({ vatIdState: null });
  });
});

describe('Two workers', () => {
  it('make one official check of one VAT id, and an answer about a former one changes nothing', async () => {
    vies.says('BE0403019261', 'valid');
    const person = await api.person();
    await name(person, 'BE0403019261');
    await Promise.all([askNow(), askNow()]);
    await reaches(person, 'valid');
    expect(vies.asked.filter(({ countryCode }) => countryCode === 'BE')).toHaveLength(1);
    const due = { userId: uuid(person), vatId: 'LU15027442', attempts: 1 };
    const { VatIdChecksRepository } = await import('../../../src/tax/vat-id-checks.repository.js');
    const at = { askedAt: new Date(), nextAt: new Date() };
    await worker.get(VatIdChecksRepository).answered(due, { valid: false, consultationNumber: null, answer: {} }, at);
    expect(await stateOf(person)).toMatchObject({ vatIdState: 'valid' });
    expect(await evidence(person)).toMatchObject([{ valid: true }, { vat_id: 'LU15027442', valid: false }]);
  });
});
