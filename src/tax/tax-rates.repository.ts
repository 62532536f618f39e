import { Injectable } from '@nestjs/common';
import type { TaxRateId, UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { TaxCategory } from './domain/taxes.js';
import type { Destination } from './domain/destination.js';
import type { Buyer } from './domain/treatment.js';
import type { VatIdState } from './tax-status.entity.js';

/** A rate that applies at a place, with the mode of the zone's prices. */
export interface ApplicableRate {
  readonly taxClass: string;
  readonly category: TaxCategory;
  readonly rate: string;
  readonly label: string;
  readonly reason: string | null;
  readonly source: string;
  readonly pricesIncludeTax: boolean;
}

/** A rate with its zone. */
export interface TaxRate extends ApplicableRate {
  readonly id: TaxRateId;
  readonly zone: string;
  readonly country: string | null;
  readonly region: string | null;
  readonly postalFrom: string | null;
  readonly postalTo: string | null;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
}

const RATE = `r.tax_class AS "taxClass", r.category, r.rate::text AS rate, r.label, r.reason, r.source,
  z.prices_include_tax AS "pricesIncludeTax"`;
/** The rates of the zone that describes the place most closely: by postcode, then by region, then by country. */
const APPLICABLE = `
  SELECT DISTINCT ON (r.tax_class) ${RATE}
  FROM (
    SELECT * FROM tax_zones z
    WHERE (z.country = $1 OR z.country IS NULL) AND (z.region = $2 OR z.region IS NULL)
      AND ($3::text BETWEEN z.postal_from AND z.postal_to OR z.postal_from IS NULL)
    ORDER BY z.country IS NULL, z.postal_from IS NULL, z.region IS NULL, z.id LIMIT 1) z
  JOIN tax_rates r ON r.zone_id = z.id
  WHERE r.tax_class = ANY ($4::text[]) AND r.valid_from <= $5 AND (r.valid_until > $5 OR r.valid_until IS NULL)
  ORDER BY r.tax_class, r.valid_from DESC`;
/** The same with what is known of the buyer, in one statement: one row at least. */
const APPLICABLE_TO = `
  SELECT b.buyer, r.* FROM (SELECT (
    SELECT json_build_object('vatId', CASE WHEN s.vat_id_state = ANY ($7::text[])
        AND (s.vat_id_confirmed_by IS NOT NULL OR NOT $8) THEN s.vat_id END,
      'exemption', CASE WHEN s.exemption_country = $1 AND (s.exemption_region = $2 OR s.exemption_region IS NULL)
        AND s.exemption_from <= $5 AND (s.exemption_until > $5 OR s.exemption_until IS NULL) THEN s.exemption_reason END)
    FROM tax_statuses s WHERE s.user_id = $6) AS buyer) b
  LEFT JOIN (${APPLICABLE}) r ON true`;
const LIST = `
  SELECT r.id, ${RATE}, z.name AS zone, z.country, z.region, z.postal_from AS "postalFrom", z.postal_to AS "postalTo",
    r.valid_from AS "validFrom", r.valid_until AS "validUntil"
  FROM tax_rates r JOIN tax_zones z ON z.id = r.zone_id
  WHERE ($1::text IS NULL OR z.country = $1) AND r.id < $2 ORDER BY r.id DESC LIMIT $3`;

/** Whom to look up, and which VAT ids count. */
export interface KnownBuyer {
  readonly customerId: UserId | null;
  readonly states: readonly VatIdState[];
  /** Whether only ids count that staff have confirmed. */
  readonly confirmedOnly: boolean;
}

/** Without a rate, its members are null. */
type BuyerAndRate = ApplicableRate & { readonly buyer: Buyer | null } & Record<string, unknown>;
const nobody: Buyer = { vatId: null, exemption: null };

/** Reads tax rates. */
@Injectable()
export class TaxRatesRepository {
  constructor(private readonly tx: Transaction) {}

  /**
   * Returns the rates for these classes of products at a place and time, none for a class that has none; and what is known of the buyer,
   * whose VAT id counts in these states.
   */
  async applicable(
    place: Destination,
    classes: readonly string[],
    at: Date,
    { customerId, states, confirmedOnly }: KnownBuyer,
  ): Promise<{ rates: ApplicableRate[]; buyer: Buyer }> {
    const parameters = [place.country, place.region, place.postalCode, classes, at, customerId, states, confirmedOnly];
    const rows = await this.tx.query<BuyerAndRate>(APPLICABLE_TO, parameters);
    return { rates: rows.filter((row) => row['taxClass'] !== null), buyer: rows[0]?.buyer ?? nobody };
  }

  /** Newest first. */
  list(country: string | undefined, before: string, limit: number): Promise<TaxRate[]> {
    return this.tx.query<TaxRate & Record<string, unknown>>(LIST, [country ?? null, before, limit]);
  }
}
