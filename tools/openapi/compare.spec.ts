import { describe, expect, it } from 'vitest';
import { breakingChanges, type Document } from './compare.js';

const order = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string' },
    note: { type: 'string', maxLength: 10 },
    status: { type: 'string', enum: ['a', 'b'] },
  },
} as const;
const body = { ...order, required: ['note'], additionalProperties: false } as const;

/** A document with one operation, changed in the given way. */
function documentOf(
  change: (operation: Record<string, unknown>, schemas: Record<string, object>) => void = () => undefined,
) {
  const schemas: Record<string, object> = { Order: structuredClone(order), Body: structuredClone(body) };
  const operation: Record<string, unknown> = {
    operationId: 'placeOrder',
    parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } }],
    requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Body' } } } },
    responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } },
  };
  change(operation, schemas);
  return { paths: { '/v1/orders': { post: operation } }, components: { schemas } } as unknown as Document;
}

type Change = Parameters<typeof documentOf>[0];

describe('A change', () => {
  it.each<[string, Change, string]>([
    ['of a name', (operation) => (operation['operationId'] = 'order'), 'is called order, and was placeOrder'],
    [
      'of a permission',
      (operation) => (operation['x-permission'] = 'orders:write'),
      'needs the permission orders:write, and needed none',
    ],
    ['of a status', (operation) => (operation['responses'] = {}), 'does not respond 201 any more'],
    ['without a parameter', (operation) => (operation['parameters'] = []), 'takes no limit any more'],
    [
      'with a needed parameter',
      (operation) => (operation['parameters'] as object[]).push({ name: 'x', in: 'query', required: true }),
      'needs x',
    ],
    [
      'of a limit',
      (operation) =>
        (operation['parameters'] = [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 50 } }]),
      'limit has the maximum 50, and had 100',
    ],
    [
      'with a needed member',
      (_, schemas) => Object.assign(schemas['Body']!, { required: ['note', 'id'] }),
      'needs body.id',
    ],
    [
      'of a type that is sent',
      (_, schemas) => member(schemas, 'Body', 'note', { type: 'integer' }),
      'body.note is integer, and was string',
    ],
    [
      'without a value that is sent',
      (_, schemas) => member(schemas, 'Body', 'status', { type: 'string', enum: ['a'] }),
      'body.status does not take b any more',
    ],
    [
      'to null',
      (_, schemas) => member(schemas, 'Order', 'note', { type: ['string', 'null'] }),
      'response.note is string or null, and was string',
    ],
    ['without a member', (_, schemas) => member(schemas, 'Order', 'note', undefined), 'response.note is gone'],
    [
      'of what is always there',
      (_, schemas) => Object.assign(schemas['Order']!, { required: [] }),
      'may leave out response.id',
    ],
  ])('%s is named', (_, change, text) => {
    expect(breakingChanges(documentOf(), documentOf(change))).toEqual([`POST /v1/orders ${text}`]);
  });

  it('that takes an operation away is named', () => {
    expect(breakingChanges(documentOf(), { paths: {} })).toEqual(['POST /v1/orders is gone']);
  });

  it.each<[string, Change]>([
    ['nothing', () => undefined],
    ['an optional parameter', (operation) => (operation['parameters'] as object[]).push({ name: 'x', in: 'query' })],
    ['an optional member of a body', (_, schemas) => member(schemas, 'Body', 'more', { type: 'string' })],
    ['a member of a response', (_, schemas) => member(schemas, 'Order', 'more', { type: 'string' })],
    [
      'a value of a response',
      (_, schemas) => member(schemas, 'Order', 'status', { type: 'string', enum: ['a', 'b', 'c'] }),
    ],
    ['null in a body', (_, schemas) => member(schemas, 'Body', 'note', { type: ['string', 'null'], maxLength: 10 })],
  ])('that adds %s breaks nobody', (_, change) => {
    expect(breakingChanges(documentOf(), documentOf(change))).toEqual([]);
  });
});

function member(schemas: Record<string, object>, schema: string, name: string, value: object | undefined): void {
  const { properties } = schemas[schema] as { properties: Record<string, object | undefined> };
  if (value) properties[name] = value;
  else delete properties[name];
}
