import { ValidationFailed } from '../../shared/errors.js';
import type { UserId } from '../../shared/ids.js';
import { isInVies, vatIdOf } from './vat-id.js';

/** An exemption as staff grant it. */
export interface WantedExemption {
  /** Where no tax is due: ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly region?: string | undefined;
  readonly reason: string;
  /** Now, if absent. */
  readonly validFrom?: Date | undefined;
  readonly validUntil?: Date | undefined;
}

/** What is to change; members that are absent stay. */
export interface TaxStatusChange {
  /** Null takes it away. */
  readonly vatId?: string | null | undefined;
  /** Staff have seen that the VAT id is the customer's; they name it, since the customer may change it meanwhile. */
  readonly vatIdConfirmed?: true | undefined;
  /** Null ends it. */
  readonly exemption?: WantedExemption | null | undefined;
}

/** The part of a tax status that people change. */
export interface DeclaredStatus {
  readonly vatId: string | null;
  readonly vatIdState: 'unchecked' | 'valid' | 'invalid' | null;
  readonly vatIdConfirmedBy: UserId | null;
  readonly vatIdCheckedAt: Date | null;
  readonly checkDueAt: Date | null;
  readonly checkAttempts: number;
  readonly checkError: string | null;
  readonly exemptionCountry: string | null;
  readonly exemptionRegion: string | null;
  readonly exemptionReason: string | null;
  readonly exemptionFrom: Date | null;
  readonly exemptionUntil: Date | null;
  readonly exemptionGrantedBy: UserId | null;
}

/** Who makes the change, and when. */
export interface ChangedBy {
  readonly actorId: UserId;
  readonly now: Date;
}

const noVatId = {
  vatId: null,
  vatIdState: null,
  vatIdConfirmedBy: null,
  vatIdCheckedAt: null,
  checkDueAt: null,
  checkAttempts: 0,
  checkError: null,
} as const;
const noExemption = {
  exemptionCountry: null,
  exemptionRegion: null,
  exemptionReason: null,
  exemptionFrom: null,
  exemptionUntil: null,
  exemptionGrantedBy: null,
} as const;
/** The tax status of a customer who has none. */
export const noStatus: DeclaredStatus = { ...noVatId, ...noExemption };

/** Whether only staff may make this change. */
export const needsGrant = ({ vatIdConfirmed, exemption }: TaxStatusChange): boolean =>
  vatIdConfirmed !== undefined || exemption !== undefined;

/**
 * Returns the status after a change. Another VAT id is unchecked, and VIES is to be asked about it.
 * @throws ValidationFailed for a VAT id whose form is wrong, a confirmation that does not name the id, an exemption that ends before it begins
 */
export function changeTaxStatus(before: DeclaredStatus, change: TaxStatusChange, by: ChangedBy): DeclaredStatus {
  const named = change.vatId === undefined ? before : withVatId(before, change.vatId, by);
  const confirmed = change.vatIdConfirmed ? confirm(named, change, by) : named;
  return change.exemption === undefined ? confirmed : { ...confirmed, ...exemptionOf(change.exemption, by) };
}

function withVatId(before: DeclaredStatus, text: string | null, { now }: ChangedBy): DeclaredStatus {
  if (text === null) return { ...before, ...noVatId };
  const vatId = vatIdOf(text);
  if (vatId === before.vatId) return before;
  const checkDueAt = isInVies(vatId) ? now : null;
  return { ...before, ...noVatId, vatId, vatIdState: 'unchecked', checkDueAt };
}

function confirm(status: DeclaredStatus, { vatId }: TaxStatusChange, { actorId }: ChangedBy): DeclaredStatus {
  if (typeof vatId !== 'string')
    throw new ValidationFailed([
      { pointer: '/vatId', code: 'required', message: 'must be the VAT id that is confirmed' },
    ]);
  return { ...status, vatIdState: 'valid', vatIdConfirmedBy: actorId };
}

function exemptionOf(wanted: WantedExemption | null, { actorId, now }: ChangedBy) {
  if (wanted === null) return noExemption;
  const { country, region, reason, validFrom = now, validUntil } = wanted;
  if (validUntil && validUntil <= validFrom)
    throw new ValidationFailed([
      {
        pointer: '/exemption/validUntil',
        code: 'before_start',
        message: 'must be after the beginning of the exemption',
      },
    ]);
  return {
    exemptionCountry: country,
    exemptionRegion: region?.trim().toUpperCase() ?? null,
    exemptionReason: reason,
    exemptionFrom: validFrom,
    exemptionUntil: validUntil ?? null,
    exemptionGrantedBy: actorId,
  };
}
