import { expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

it('A circuit breaker lets one call through every ten seconds after five failures in a row', () => {
  let now = 0;
  const breaker = new CircuitBreaker(() => now);
  const fail = (times: number) => {
    for (let left = times; left > 0; left -= 1) breaker.noteFailure();
  };
  fail(4);
  breaker.noteSuccess();
  fail(4);
  expect([breaker.isOpen, breaker.allows()]).toEqual([false, true]);
  fail(1);
  expect([breaker.isOpen, breaker.allows()]).toEqual([true, false]);
  now = 9_999;
  expect(breaker.allows()).toBe(false);
  now = 10_000;
  expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  fail(1);
  now = 19_999;
  expect(breaker.allows()).toBe(false);
  now = 20_000;
  expect(breaker.allows()).toBe(true);
  breaker.noteSuccess();
  expect([breaker.isOpen, breaker.allows(), breaker.allows()]).toEqual([false, true, true]);
});
