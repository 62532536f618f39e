import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { ValidationFailed } from '../../shared/errors.js';
import { newId } from '../../shared/ids.js';
import {
  changeTaxStatus,
  type DeclaredStatus,
  needsGrant,
  noStatus,
  type TaxStatusChange,
} from './tax-status-change.js';

const by = frozen({ actorId: newId<'usr'>(), now: new Date('2026-11-30T12:00:00Z') });
const yesterday = new Date('2026-11-29T12:00:00Z');
/** Checked yesterday, and confirmed by staff. */
const checked: DeclaredStatus = frozen({
  ...noStatus,
  vatId: 'DE136695976',
  vatIdState: 'valid',
  vatIdConfirmedBy: by.actorId,
  vatIdCheckedAt: yesterday,
});
const exemption = frozen({ country: 'DE', reason: 'embassy' });

describe('A change of a tax status', () => {
  it.each<[string, TaxStatusChange, Partial<DeclaredStatus>]>([
    [
      'forgets what is known of the id before another one, and asks VIES at once',
      { vatId: 'ATU13585627' },
      { vatId: 'ATU13585627', vatIdState: 'unchecked', vatIdConfirmedBy: null, checkDueAt: by.now },
    ],
    ['asks nobody about an id that VIES does not have', { vatId: 'GB980780684' }, { checkDueAt: null }],
    ['keeps the same id, however it is written', { vatId: 'de 136 695 976' }, { vatIdState: 'valid' }],
    ['takes the id away', { vatId: null }, { vatId: null, vatIdState: null, vatIdConfirmedBy: null }],
    [
      'confirms the id that is named',
      { vatId: 'DE136695976', vatIdConfirmed: true },
      { vatIdState: 'valid', vatIdConfirmedBy: by.actorId },
    ],
    ['exempts from now on', { exemption }, { exemptionCountry: 'DE', exemptionFrom: by.now, exemptionUntil: null }],
    ['ends an exemption', { exemption: null }, { exemptionCountry: null, exemptionReason: null }],
  ])('%s', (_, change, after) => {
    expect(changeTaxStatus(checked, change, by)).toMatchObject(after);
  });

  it('that changes nothing returns the same status', () => {
    expect(changeTaxStatus(checked, { vatId: checked.vatId }, by)).toBe(checked);
  });

  it.each<[string, DeclaredStatus, TaxStatusChange]>([
    ['a confirmation that does not name the id', checked, { vatIdConfirmed: true }],
    ['a confirmation of no id', checked, { vatId: null, vatIdConfirmed: true }],
    ['an exemption that ends when it begins', noStatus, { exemption: { ...exemption, validUntil: by.now } }],
    ['an id whose check digit is wrong', noStatus, { vatId: 'DE136695970' }],
  ])('refuses %s', (_, before, change) => {
    expect(() => changeTaxStatus(before, change, by)).toThrow(ValidationFailed);
  });

  it.each<[TaxStatusChange, boolean]>([
    [{ vatId: 'DE136695976' }, false],
    [{ vatIdConfirmed: true }, true],
    [{ exemption: null }, true],
  ])('needs a grant of staff: %o, %s', (change, needed) => {
    expect(needsGrant(change)).toBe(needed);
  });
});
