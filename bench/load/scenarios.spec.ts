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
