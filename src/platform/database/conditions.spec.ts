import { expect, it } from 'vitest';
import { whereOf } from './conditions.js';

it('makes parameters of the values that are given', () => {
  const parameters: unknown[] = [20];
  const where = whereOf(parameters, { 'o.status =': "it's", 'o.customer_id =': undefined, 'o.id <': 'b' });
  expect(where).toBe('WHERE o.status = $2 AND o.id < $3');
  expect(parameters).toEqual([20, "it's", 'b']);
});

it('is nothing where no value is given', () => {
  const parameters: unknown[] = [20];
  expect(whereOf(parameters, { 'o.status =': undefined })).toBe('');
  expect(parameters).toEqual([20]);
});
