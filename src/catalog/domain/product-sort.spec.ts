import { describe, expect, it } from 'vitest';
import { newId } from '../../shared/ids.js';
import { isDescending, positionOf } from './product-sort.js';

const id = newId<'prd'>();
const product = { id, name: 'Heart', price: 255, createdAt: new Date('2010-12-01T08:26:00.123Z') };

describe('a sort', () => {
  it.each([
    ['createdAt', '2010-12-01T08:26:00.123Z', false],
    ['-createdAt', '2010-12-01T08:26:00.123Z', true],
    ['price', 255, false],
    ['-price', 255, true],
    ['name', 'Heart', false],
    ['-name', 'Heart', true],
  ] as const)('by %s goes by %s, then by id', (sort, value, descending) => {
    expect(positionOf(product, sort)).toEqual([value, id]);
    expect(isDescending(sort)).toBe(descending);
  });
});
