import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { brokenParts, contractOf } from './compare.js';

const contract = (text: string) => {
  const { root } = protobuf.parse(`syntax = "proto3"; package shop.v1; ${text}`, { keepCase: false });
  root.resolveAll();
  return contractOf(root, 'shop.v1');
};
const before = contract(`
  enum Color { RED = 0; }
  message Cup { string id = 1; optional int64 size = 2; repeated Color colors = 3; oneof at { string shelf = 4; } }
  service Cups { rpc Get(Cup) returns (Cup); rpc Watch(Cup) returns (stream Cup); }
`);

describe('The contract', () => {
  it('has each field, value and method with what clients rely on', () => {
    expect(before).toEqual({
      'shop.v1.Color.RED': '0',
      'shop.v1.Cup.colors': '3 repeated shop.v1.Color',
      'shop.v1.Cup.id': '1 string',
      'shop.v1.Cup.shelf': '4 string of at',
      'shop.v1.Cup.size': '2 optional int64',
      'shop.v1.Cups.Get': 'shop.v1.Cup -> shop.v1.Cup',
      'shop.v1.Cups.Watch': 'shop.v1.Cup -> stream shop.v1.Cup',
    });
  });

  it('is not broken by what is new', () => {
    expect(brokenParts(before, { ...before, 'shop.v1.Cup.weight': '5 int64' })).toEqual([]);
  });

  it.each([
    ['shop.v1.Cup.id', '2 string'],
    ['shop.v1.Cup.size', '2 int64'],
    ['shop.v1.Cup.shelf', '4 string'],
    ['shop.v1.Cups.Watch', 'shop.v1.Cup -> shop.v1.Cup'],
    ['shop.v1.Color.RED', undefined],
  ])('is broken where %s becomes %s', (name, part) => {
    const after = Object.fromEntries(Object.entries({ ...before, [name]: part }).filter(([, it]) => it !== undefined));
    expect(brokenParts(before, after as never)).toHaveLength(1);
  });
});
