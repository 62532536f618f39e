import { expect, test } from 'vitest';
import { twoLines } from './scenarios.js';

test('an order has two different products, one piece and two', () => {
  for (let round = 0; round < 200; round += 1) {
    const [first, second] = twoLines(['a', 'b', 'c']);
    expect([first?.quantity, second?.quantity]).toEqual([1, 2]);
    expect(first?.productId).not.toBe(second?.productId);
    expect(['a', 'b', 'c']).toEqual(expect.arrayContaining([first?.productId, second?.productId]));
  }
});

const evenAndOdd = () => twoLines(['0', '1', '2', '3', '4', '5']).map(({ productId }) => Number(productId) % 2);

test('an order has a product of an even and one of an odd place', () => {
  for (let round = 0; round < 200; round += 1) expect(evenAndOdd().toSorted()).toEqual([0, 1]);
});
