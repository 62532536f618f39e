import { beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { OrderBody, PageBody } from '../../support/bodies.js';
import { admin, api, finance, place, scenario, shopper, stranger, support } from '../../support/scenario.js';

interface MessageBody {
  readonly id: string;
  readonly orderId: string;
  readonly side: string;
  readonly authorId: string | null;
  readonly text: string | null;
}

let order: OrderBody;
scenario({ people: ['shopper', 'stranger', 'support', 'finance', 'admin'], mugs: 100, unchecked: true });
beforeAll(async () => {
  order = await place();
});

const write = ({ token }: Person, text: unknown, { id = order.id, key }: { id?: string; key?: string } = {}) =>
  api.post<MessageBody>(`/v1/orders/${id}/messages`, { token, body: { text }, key: key ?? null });
const list = (reader: Person, query = '', id = order.id) =>
  api.get<PageBody<MessageBody>>(`/v1/orders/${id}/messages${query}`, reader);
const events = (id: string) =>
  api.sql(`SELECT data, order_id FROM events WHERE type = 'order.message_posted' AND aggregate_id = $1`, [id]);

/** The parameters of a row that is written by hand. */
const row = (author: Person, side: string, text: string | null) => [
  decodeId('ord', order.id),
  decodeId('usr', author.id),
  side,
  text,
];

describe('The messages of an order', () => {
  it('go from the customer to the staff and back; the customer is not told who answered', async () => {
    const question = await write(shopper, 'Is it red?');
    expect(question).toMatchObject({
      status: 201,
      body: { orderId: order.id, side: 'customer', authorId: shopper.id, text: 'Is it red?' },
    });
    const answer = await write(support, 'As red as it gets.');
    expect(answer.body).toMatchObject({ side: 'staff', authorId: support.id });
    expect((await list(shopper)).body.data).toMatchObject([
      { id: answer.body.id, side: 'staff', authorId: null, text: 'As red as it gets.' },
      { id: question.body.id, side: 'customer', authorId: shopper.id },
    ]);
    expect((await list(finance)).body.data[0]).toMatchObject({ authorId: support.id });
  });

  it('are recorded as an event without the text, and in the audit log where staff write', async () => {
    const [question, answer] = [await write(shopper, 'secret one'), await write(support, 'secret two')];
    expect(await events(question.body.id)).toEqual([
      { data: { orderId: order.id, messageId: question.body.id, side: 'customer' }, order_id: order.id },
    ]);
    const log = await api.get<PageBody<{ actorId: string; after: object }>>(
      `/v1/audit-log?action=order_message.posted&targetId=${order.id}`,
      admin,
    );
    expect(log.body.data[0]).toMatchObject({ actorId: support.id, after: { messageId: answer.body.id } });
    expect(log.body.data.every(({ actorId }) => actorId === support.id)).toBe(true);
    expect(log.text).not.toContain('secret');
  });

  it("are nobody else's: another customer and staff without the permission get the 404 of an order that does not exist", async () => {
    const refused = [
      await write(stranger, 'hello'),
      await write(finance, 'hello'),
      await list(stranger),
      await write(shopper, 'hello', { id: 'ord_01h455vb4pex5vsknk084sn02q' }),
    ];
    for (const { status, body } of refused) expect({ status, ...(body as object) }).toMatchObject({ status: 404 });
    const details = refused.map(({ body }) => (body as unknown as { detail: string }).detail);
    expect(new Set(details).size).toBe(1);
  });

  it('have one effect for each idempotency key, which a stranger can not use', async () => {
    const key = 'one-message';
    const [first, again] = [await write(shopper, 'Once', { key }), await write(shopper, 'Once', { key })];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await events(first.body.id)).toHaveLength(1);
    expect((await write(shopper, 'Twice', { key })).status).toBe(422);
    expect((await write(stranger, 'Once', { key })).status).toBe(404);
  });

  it.each([
    ['4000 code points beyond the basic plane', '🫖'.repeat(4000), 201],
    ['one more', `${'🫖'.repeat(4000)}.`, 400],
    ['none', '', 400],
    ['only spaces', ' \n ', 400],
    ['a NUL byte', 'a\0b', 400],
    ['half a character', '\ud83e', 400],
    ['no text', 7, 400],
  ])('have a text of at most 4000 characters: %s', async (_, text, status) => {
    expect((await write(shopper, text)).status).toBe(status);
  });

  it('are read page by page, with nothing twice and nothing left out', async () => {
    const another = await place();
    for (const text of ['1', '2', '3', '4', '5']) await write(shopper, text, { id: another.id });
    const read: (string | null)[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: PageBody<MessageBody> = (await list(shopper, `?limit=2${cursor && `&cursor=${cursor}`}`, another.id))
        .body;
      read.push(...page.data.map(({ text }) => text));
      cursor = page.nextCursor;
    }
    expect(read).toEqual(['5', '4', '3', '2', '1']);
  });
});

describe('The database', () => {
  const insert = `INSERT INTO order_messages (id, order_id, author_id, side, text) VALUES (gen_random_uuid(), $1, $2, $3, $4)`;

  it('lets only the customer of the order write as its customer', async () => {
    await expect(api.sql(insert, row(stranger, 'customer', 'hello'))).rejects.toThrow('Only the customer of an order');
    await expect(api.sql(insert, row(shopper, 'nobody', 'hello'))).rejects.toThrow('side_check');
  });

  it('keeps messages as they are, except that a text can be taken away', async () => {
    const { id } = (await write(shopper, 'kept')).body;
    const message = [decodeId('msg', id)];
    await expect(api.sql('DELETE FROM order_messages WHERE id = $1', message)).rejects.toThrow('append-only');
    for (const change of [`text = 'other'`, `side = 'staff', text = NULL`, `created_at = now(), text = NULL`])
      await expect(api.sql(`UPDATE order_messages SET ${change} WHERE id = $1`, message)).rejects.toThrow(
        'append-only',
      );
    await expect(api.sql(insert, row(shopper, 'customer', null))).rejects.toThrow('A message has a text');
    await expect(api.sql(insert, row(shopper, 'customer', 'x'.repeat(4001)))).rejects.toThrow('text_check');
    await api.sql('UPDATE order_messages SET text = NULL WHERE id = $1', message);
    expect((await list(shopper)).body.data[0]).toMatchObject({ id, text: null });
  });
});
