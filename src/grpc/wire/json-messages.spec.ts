import { expect, it } from 'vitest';
import { jsonOf } from './json-messages.js';
import { readSchema } from './schema.js';
import { UnreadableMessage } from './unreadable-message.js';

const placing = readSchema().lookupType('till.v1.PlaceOrderRequest');
const many = (count: number, value: object) => Array.from({ length: count }, () => value);
const list = (count: number) => ({ fields: { list: { listValue: { values: many(count, { boolValue: true }) } } } });

it.each([
  ['a repeated field', (count: number) => ({ lines: many(count, {}) })],
  ['a list of free values', (count: number) => ({ metadata: list(count) })],
])('A message has at most 1,000 values in %s', (_, messageWith) => {
  expect(() => jsonOf(placing, messageWith(1000))).not.toThrow();
  expect(() => jsonOf(placing, messageWith(1001))).toThrow(UnreadableMessage);
});
