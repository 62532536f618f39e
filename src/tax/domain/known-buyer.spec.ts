import { describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/ids.js';
import { buyerOf, type KnownStatus } from './known-buyer.js';

const now = new Date('2026-06-01T12:00:00Z');
const place = { country: 'US', region: 'NY', postalCode: null };
const trust = { states: ['valid'], confirmedOnly: false } as const;
const staff = 'staff' as UserId;
const nothing: KnownStatus = {
  vatId: null,
  vatIdState: null,
  vatIdConfirmedBy: null,
  exemptionCountry: null,
  exemptionRegion: null,
  exemptionReason: null,
  exemptionFrom: null,
  exemptionUntil: null,
};
const business: KnownStatus = { ...nothing, vatId: 'DE123456788', vatIdState: 'valid' };
const exempt: KnownStatus = {
  ...nothing,
  exemptionCountry: 'US',
  exemptionReason: 'Resale',
  exemptionFrom: now,
};
const exemptionOf = (change: Partial<KnownStatus>) => buyerOf({ ...exempt, ...change }, place, now, trust).exemption;

describe('What counts of a customer', () => {
  it('is nothing without a status', () => {
    expect(buyerOf(undefined, place, now, trust)).toEqual({ vatId: null, exemption: null });
    expect(buyerOf(nothing, place, now, trust)).toEqual({ vatId: null, exemption: null });
  });

  it('is a VAT id in a trusted state', () => {
    expect(buyerOf(business, place, now, trust).vatId).toBe('DE123456788');
    expect(buyerOf({ ...business, vatIdState: 'unchecked' }, place, now, trust).vatId).toBeNull();
  });

  it('is a VAT id that staff confirmed, where only those count', () => {
    const strict = { ...trust, confirmedOnly: true };
    expect(buyerOf(business, place, now, strict).vatId).toBeNull();
    expect(buyerOf({ ...business, vatIdConfirmedBy: staff }, place, now, strict).vatId).toBe('DE123456788');
  });

  it('is an exemption from its first moment on, and until its last', () => {
    expect(exemptionOf({})).toBe('Resale');
    expect(exemptionOf({ exemptionFrom: new Date(now.getTime() + 1) })).toBeNull();
    expect(exemptionOf({ exemptionUntil: now })).toBeNull();
    expect(exemptionOf({ exemptionUntil: new Date(now.getTime() + 1) })).toBe('Resale');
  });

  it('is an exemption of this country or region', () => {
    expect(exemptionOf({ exemptionRegion: 'NY' })).toBe('Resale');
    expect(exemptionOf({ exemptionRegion: 'CA' })).toBeNull();
    expect(exemptionOf({ exemptionCountry: 'DE' })).toBeNull();
  });
});
