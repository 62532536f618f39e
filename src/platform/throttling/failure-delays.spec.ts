import { expect, it } from 'vitest';
import { delayAfter } from './failure-delays.js';

it.each([
  [0, 0],
  [4, 0],
  [5, 5],
  [6, 10],
  [7, 20],
  [8, 40],
  [9, 60],
  [5000, 60],
])('%i failures delay the next try by %i s', (failures, seconds) => expect(delayAfter(failures, 60)).toBe(seconds));
