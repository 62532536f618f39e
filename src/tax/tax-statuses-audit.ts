import type { AuditEntry } from '../platform/audit/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import type { DeclaredStatus } from './domain/tax-status-change.js';

/** That the VAT id changed, and the values of what staff decide. Ids and reasons stay out: they may name the customer, and the log is kept. */
export function taxStatusChanged(userId: UserId, before: DeclaredStatus, after: DeclaredStatus): AuditEntry {
  return {
    action: 'user.tax_status_changed',
    target: { type: 'user', id: encodeId('usr', userId) },
    before: decidedOf(before),
    after: { ...decidedOf(after), vatIdChanged: before.vatId !== after.vatId },
  };
}

function decidedOf(status: DeclaredStatus): object {
  const { vatIdState, vatIdConfirmedBy, exemptionCountry, exemptionRegion, exemptionFrom, exemptionUntil } = status;
  const vatIdConfirmed = vatIdConfirmedBy !== null;
  return { vatIdState, vatIdConfirmed, exemptionCountry, exemptionRegion, exemptionFrom, exemptionUntil };
}
