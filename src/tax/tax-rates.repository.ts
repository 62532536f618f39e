import { Injectable } from '@nestjs/common';
import type { TaxRateId, UserId } from '../shared/ids.js';
import { type BatchQuery, columnsOf, type Row, Transaction } from '../platform/database/index.js';
import type { Destination } from './domain/destination.js';
import type { KnownStatus } from './domain/known-buyer.js';
import type { TaxCategory } from './domain/taxes.js';
import { TaxStatusEntity } from './tax-status.entity.js';

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
/**
 * The rate of each class in the zone that describes the place most closely: by postcode, then by region, then by country. The key says
 * all that is asked, and orders that are placed at once may ask the same.
 */
const APPLICABLE = {
  sql: `
  SELECT k.key, r.*
  FROM (
    SELECT DISTINCT unnest($1::text[]) AS key, unnest($2::text[]) AS tax_class, unnest($3::text[]) AS country, unnest($4::text[]) AS region,
      unnest($5::text[]) AS postal_code, unnest($6::timestamptz[]) AS at) k
  CROSS JOIN LATERAL (
    SELECT * FROM tax_zones z
    WHERE (z.country = k.country OR z.country IS NULL) AND (z.region = k.region OR z.region IS NULL)
      AND (k.postal_code BETWEEN replace(z.postal_from, ' ', '') AND replace(z.postal_to, ' ', '') OR z.postal_from IS NULL)
    ORDER BY z.country IS NULL, z.postal_from IS NULL, z.region IS NULL, z.id LIMIT 1) z
  CROSS JOIN LATERAL (
    SELECT ${RATE} FROM tax_rates r
    WHERE r.zone_id = z.id AND r.tax_class = k.tax_class AND r.valid_from <= k.at AND (r.valid_until > k.at OR r.valid_until IS NULL)
    ORDER BY r.valid_from DESC LIMIT 1) r`,
  key: 'key',
} as const satisfies BatchQuery;
const STATUS_FIELDS = [
  'userId',
  'vatId',
  'vatIdState',
  'vatIdConfirmedBy',
  'exemptionCountry',
  'exemptionRegion',
  'exemptionReason',
  'exemptionFrom',
  'exemptionUntil',
] as const;
const STATUS = {
  sql: `SELECT ${columnsOf(TaxStatusEntity, 's', STATUS_FIELDS)} FROM tax_statuses s WHERE s.user_id = ANY ($1::uuid[])`,
  key: 'userId',
} as const satisfies BatchQuery;
const LIST = `
  SELECT r.id, ${RATE}, z.name AS zone, z.country, z.region, z.postal_from AS "postalFrom", z.postal_to AS "postalTo",
    r.valid_from AS "validFrom", r.valid_until AS "validUntil"
  FROM tax_rates r JOIN tax_zones z ON z.id = r.zone_id
  WHERE ($1::text IS NULL OR z.country = $1) AND r.id < $2 ORDER BY r.id DESC LIMIT $3`;

/** Reads tax rates. */
@Injectable()
export class TaxRatesRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns the rates for these classes of products at a place and time, in the order of the classes; none for a class that has none. */
  async applicable(place: Destination, classes: readonly string[], at: Date): Promise<ApplicableRate[]> {
    const { country, region, postalCode } = place;
    const rows = classes.map((taxClass) => {
      const asked = [taxClass, country, region, postalCode, at];
      return [JSON.stringify(asked), ...asked];
    });
    const found = await this.tx.queryBatch<ApplicableRate & Row>(APPLICABLE, rows);
    const byClass = new Map(found.map((rate) => [rate.taxClass, rate]));
    return classes.flatMap((taxClass) => byClass.get(taxClass) ?? []);
  }

  /** Returns what is known of a customer's taxes; undefined if it is nothing. */
  async statusOf(customerId: UserId): Promise<KnownStatus | undefined> {
    const [status] = await this.tx.queryBatch<KnownStatus & Row>(STATUS, [[customerId]]);
    return status;
  }

  /** Newest first. */
  list(country: string | undefined, before: string, limit: number): Promise<TaxRate[]> {
    return this.tx.query<TaxRate & Record<string, unknown>>(LIST, [country ?? null, before, limit]);
  }
}
