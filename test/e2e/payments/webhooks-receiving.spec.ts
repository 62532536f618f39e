import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { signed } from '../../../src/payments/providers/sandbox/webhook-codec.js';
import { problemIn } from '../../support/problem.js';
import { message, sandboxOffice, type Webhook } from '../../support/sandbox.js';
import { api, scenario } from '../../support/scenario.js';

const SECRETS = ['the first of two secrets', 'the second of two secrets'] as const;

let office: ReturnType<typeof sandboxOffice>;
scenario({ env: { SANDBOX_WEBHOOK_SECRETS: SECRETS.join(', ') }, people: [], unchecked: true });
beforeAll(async () => {
  office = sandboxOffice(api);
});

const news = () => ({ id: `msg_${randomUUID()}`, type: 'weather.changed', data: {} });
const kept = ({ id }: Webhook) => api.sql('SELECT * FROM provider_webhooks WHERE provider_event_id = $1', [id]);
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

describe('POST /v1/providers/:provider/webhooks', () => {
  it('keeps the bytes and the headers as they came, but for credentials', async () => {
    const webhook = message(news(), SECRETS[0]);
    const headers = { ...webhook.headers, authorization: 'Bearer x', cookie: 'a=b', 'x-kept': 'yes' };
    const { status, body } = await office.send({ raw: webhook.raw, headers });
    expect({ status, body }).toMatchObject({ status: 200, body: { duplicate: false } });
    const [row] = await kept(webhook);
    expect(row).toMatchObject({ state: 'received', type: 'weather.changed', raw: webhook.raw });
    expect(row?.['headers']).toMatchObject({ ...webhook.headers, 'x-kept': 'yes', 'content-type': 'application/json' });
    expect(Object.keys(row?.['headers'] as object)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(Object.keys(row?.['headers'] as object)).not.toEqual(expect.arrayContaining(['cookie']));
  });

  it('takes a repeat, and keeps one', async () => {
    const webhook = message(news(), SECRETS[0]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => office.send(webhook)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
    expect(await kept(webhook)).toHaveLength(1);
  });

  it.each(['text/plain', 'application/xml; charset=utf-8', 'application/x-www-form-urlencoded', 'no type at all'])(
    'takes %s',
    async (type) => {
      const webhook = message(news(), SECRETS[0]);
      const headers = { ...webhook.headers, 'content-type': type };
      expect(await office.send({ raw: webhook.raw, headers })).toMatchObject({ status: 200 });
      expect((await kept(webhook))[0]?.['raw']).toEqual(webhook.raw);
    },
  );

  it.each([
    ['the second secret', SECRETS[1], 0],
    ['a signature of nearly 300 s ago', SECRETS[0], 295],
  ])('takes %s', async (_, secret, seconds) => {
    expect(await office.send(message(news(), secret, ago(seconds)))).toMatchObject({ status: 200 });
  });

  it.each([
    ['a wrong secret', () => message(news(), 'a secret of somebody else')],
    ['an old signature', () => message(news(), SECRETS[0], ago(302))],
    ['a signature of the future', () => message(news(), SECRETS[0], ago(-302))],
    ['no signature', () => ({ ...message(news(), SECRETS[0]), headers: {} })],
    ['half a signature', () => ({ ...message(news(), SECRETS[0]), headers: { 'till-sandbox-signature': 't=1,v1=' } })],
    ['another body', () => ({ ...message(news(), SECRETS[0]), raw: Buffer.from('{}') })],
    [
      'the same body with other spaces',
      () => {
        const webhook = message(news(), SECRETS[0]);
        return { ...webhook, raw: Buffer.from(JSON.stringify(JSON.parse(webhook.raw.toString()), null, 1)) };
      },
    ],
    ['no body', () => ({ ...message(news(), SECRETS[0]), raw: Buffer.alloc(0) })],
  ])('refuses %s, and keeps nothing', async (_, make) => {
    const webhook = make();
    const answer = await office.send(webhook);
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'webhook_refused' });
    expect(await kept(webhook)).toEqual([]);
  });

  it('keeps what is signed and can not be read, in quarantine', async () => {
    const raw = Buffer.from('<not-json/>');
    const headers = signedBytes(raw);
    const { status, body } = await office.send({ raw, headers });
    expect(status).toBe(200);
    expect(await office.send({ raw, headers })).toMatchObject({ body: { id: body.id, duplicate: true } });
    const rows = await api.sql(`SELECT state, reason, raw FROM provider_webhooks WHERE type = 'unreadable'`);
    expect(rows).toMatchObject([
      { state: 'quarantined', reason: expect.stringContaining("can't be read") as string, raw },
    ]);
  });

  it('knows only providers that send webhooks', async () => {
    const answer = await api.request('POST /v1/providers/nobody/webhooks', { body: {} });
    expect(problemIn(answer)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('refuses a body beyond the limit', async () => {
    const raw = Buffer.alloc(1024 * 1024 + 1, 'x');
    expect(problemIn(await office.send({ raw, headers: signedBytes(raw) }))).toMatchObject({ status: 413 });
  });

  it('leaves other routes their JSON', async () => {
    const headers = { 'content-type': 'application/vnd.till.raw' };
    const answer = await api.request('POST /v1/auth/login', { body: '{}', headers });
    expect(problemIn(answer)).toMatchObject({ status: 415 });
  });
});

function signedBytes(raw: Buffer): Record<string, string> {
  return signed(raw, SECRETS[0], new Date());
}
