import { expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { messageOf } from './cloud-event.js';

const event = frozen({
  id: 'evt_01h455vb4pex5vsknk084sn02q',
  type: 'order.placed',
  createdAt: new Date('2026-11-29T17:00:00.000Z'),
  sequence: 4711,
  aggregate: { type: 'order', id: 'ord_01h455vb4pex5vsknk084sn02q', version: 1 },
  traceparent: null,
  data: { total: 1999 },
});
const attributes = {
  specversion: '1.0',
  id: event.id,
  source: 'https://till.example',
  type: 'order.placed',
  subject: event.aggregate.id,
  time: '2026-11-29T17:00:00.000Z',
  partitionkey: event.aggregate.id,
  sequence: '0000000000004711',
  aggregatetype: 'order',
  aggregateversion: 1,
};

it('A structured message has the whole event in its body', () => {
  const message = messageOf(event, 'https://till.example', 'structured');
  expect(message).toMatchObject({
    routingKey: 'order.placed',
    contentType: 'application/cloudevents+json; charset=utf-8',
    headers: {},
  });
  expect(JSON.parse(message.content.toString())).toEqual({
    ...attributes,
    datacontenttype: 'application/json',
    data: { total: 1999 },
  });
});

it('A binary message has the data in its body, and the attributes in headers', () => {
  const message = messageOf(event, 'https://till.example', 'binary');
  expect(message).toMatchObject({ routingKey: 'order.placed', contentType: 'application/json' });
  expect(JSON.parse(message.content.toString())).toEqual({ total: 1999 });
  const headers = Object.entries(attributes).map(([name, value]) => [`cloudEvents_${name}`, value]);
  expect(message.headers).toEqual(Object.fromEntries(headers));
});

it('An event of a trace says so, and one without a place in the log has no sequence', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { headers } = messageOf(
    frozen({ ...event, traceparent, sequence: undefined }),
    'https://till.example',
    'binary',
  );
  expect(headers).toMatchObject({ cloudEvents_traceparent: traceparent });
  expect(headers).not.toHaveProperty('cloudEvents_sequence');
});
