import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { ApiKeyRotating } from '../api-keys.errors.js';
import { decideRotation, type RotatingKey } from './rotation.js';

const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 0, day, hour));
const fresh: RotatingKey = frozen({
  createdAt: at(1),
  expiresAt: at(11),
  rotatedAt: null,
  lastUsedAt: null,
  previousExpiresAt: null,
});
const rotated: RotatingKey = frozen({ ...fresh, rotatedAt: at(5), expiresAt: at(15), previousExpiresAt: at(6) });
const used: RotatingKey = frozen({ ...rotated, lastUsedAt: at(5, 1) });

describe('A rotation', () => {
  it('lets the secret before work for a day, and the key live as long as it did', () => {
    const decided = decideRotation(fresh, {}, at(5));
    expect(decided).toEqual({
      keepsPrevious: false,
      rotatedAt: at(5),
      expiresAt: at(15),
      previousExpiresAt: at(6),
    });
  });

  it.each([
    ['for as long as it is told', fresh, { overlapHours: 48 }, at(5), at(7)],
    ['not at all with an overlap of 0', fresh, { overlapHours: 0 }, at(5), at(5)],
    ['no longer than it would have', fresh, { overlapHours: 72 }, at(10), at(11)],
    ['no longer when a secret that nobody used is replaced', rotated, {}, at(5, 12), at(6)],
    ['after an earlier rotation is over', used, {}, at(7), at(8)],
  ])('lets the secret before work %s', (_, key, wish, now, expected) => {
    expect(decideRotation(key, wish, now).previousExpiresAt).toEqual(expected);
  });

  it('replaces a new secret that nobody used, and keeps the one before', () => {
    expect(decideRotation(rotated, {}, at(5, 12)).keepsPrevious).toBe(true);
    expect(decideRotation(rotated, { overlapHours: 0 }, at(5, 12)).keepsPrevious).toBe(false);
    expect(decideRotation(rotated, {}, at(6)).keepsPrevious).toBe(false);
  });

  it('is refused while two secrets are in use, unless both are to end', () => {
    expect(() => decideRotation(used, {}, at(5, 12))).toThrow(ApiKeyRotating);
    expect(decideRotation(used, { overlapHours: 0 }, at(5, 12)).previousExpiresAt).toEqual(at(5, 12));
  });

  it('starts the life of the key anew', () => {
    expect(decideRotation(fresh, { expiresInDays: 30 }, at(5)).expiresAt).toEqual(new Date(Date.UTC(2026, 1, 4)));
    expect(decideRotation(used, {}, at(7)).expiresAt).toEqual(at(17));
  });
});
