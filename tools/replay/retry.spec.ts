import { describe, expect, it } from 'vitest';
import { waitBeforeRetry } from './retry.js';

describe('waiting before a retry', () => {
  it.each([
    ['no answer', {}],
    ['too many requests', { status: 429 }],
    ['an unavailable service', { status: 503 }],
    ['a key in use', { status: 409, code: 'idempotency_key_in_use' }],
  ])('follows %s', (_, trouble) => {
    expect(waitBeforeRetry(trouble, 1)).toBe(100);
    expect(waitBeforeRetry(trouble, 4)).toBe(800);
  });

  it.each([
    ['an answer that is good', { status: 201 }],
    ['a conflict', { status: 409, code: 'insufficient_stock' }],
    ['a refusal', { status: 400, code: 'validation_failed' }],
    ['a defect of the server', { status: 500 }],
  ])('does not follow %s', (_, trouble) => {
    expect(waitBeforeRetry(trouble, 1)).toBeUndefined();
  });

  it('is as long as Retry-After asks, in seconds or to a date, a minute at most', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(waitBeforeRetry({ status: 429, retryAfter: '7' }, 1, now)).toBe(7_000);
    expect(waitBeforeRetry({ status: 503, retryAfter: 'Thu, 01 Jan 2026 00:00:03 GMT' }, 1, now)).toBe(3_000);
    expect(waitBeforeRetry({ status: 429, retryAfter: '86400' }, 1, now)).toBe(60_000);
    expect(waitBeforeRetry({ status: 429, retryAfter: 'soon' }, 1, now)).toBe(100);
  });

  it('ends', () => {
    expect(waitBeforeRetry({}, 11)).toBe(5_000);
    expect(waitBeforeRetry({}, 12)).toBeUndefined();
  });
});
