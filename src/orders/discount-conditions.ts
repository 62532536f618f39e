import { Injectable } from '@nestjs/common';
import { type BatchQuery, type Row, Transaction } from '../platform/database/index.js';
import type { ProductId, PromotionId, UserId } from '../shared/ids.js';
import type { CustomerUse, Promotion } from '../promotions/index.js';

/** What customers took of promotions that limit it, by code or by id. The key names both. */
const uses = (promotion: string, type: string) =>
  ({
    sql: `
  SELECT k.key, p.id, count(*)::int AS uses, sum(d.amount)::bigint AS amount
  FROM (SELECT unnest($1::text[]) AS key, unnest($2::${type}[]) AS promotion, unnest($3::uuid[]) AS customer_id) k
  JOIN promotions p ON p.${promotion} = k.promotion AND num_nonnulls(p.customer_limit, p.customer_budget) > 0
  JOIN order_discounts d ON d.promotion_id = p.id AND d.customer_id = k.customer_id
  JOIN orders o ON o.id = d.order_id AND o.status NOT IN ('cancelled', 'expired')
  GROUP BY k.key, p.id`,
    key: 'key',
  }) as const satisfies BatchQuery;
const USES_OF_CODES = uses('code', 'text');
const USES_OF_PROMOTIONS = uses('id', 'uuid');
const ALIKE = `
  SELECT p.id AS product, r.id AS promotion FROM promotions r JOIN products p ON p.attributes @> (r.conditions -> 'attributes')
  WHERE r.id = ANY ($1::uuid[]) AND p.id = ANY ($2::uuid[])`;
const HAS_ORDERED = `
  SELECT EXISTS (SELECT FROM orders WHERE customer_id = $1 AND status NOT IN ('cancelled', 'expired')) AS ordered`;

type Uses = ReadonlyMap<PromotionId, CustomerUse>;

/** Reads what conditions of promotions ask. */
@Injectable()
export class DiscountConditions {
  constructor(private readonly tx: Transaction) {}

  /** Returns what the customer took of the coupons with these codes, in capitals. Exact while these are locked. */
  usesOfCodes(codes: readonly string[], customerId: UserId): Promise<Uses> {
    return this.usesOf(USES_OF_CODES, codes, customerId);
  }

  /** The same for promotions by id. */
  usesOfPromotions(ids: readonly PromotionId[], customerId: UserId): Promise<Uses> {
    return this.usesOf(USES_OF_PROMOTIONS, ids, customerId);
  }

  private async usesOf(query: BatchQuery, promotions: readonly string[], customerId: UserId): Promise<Uses> {
    if (promotions.length === 0) return new Map();
    const rows = promotions.map((promotion) => [`${promotion} ${customerId}`, promotion, customerId]);
    const found = await this.tx.queryBatch<CustomerUse & { id: PromotionId } & Row>(query, rows);
    return new Map(found.map(({ id, ...use }) => [id, use]));
  }

  /** Returns the promotions whose attributes each of the products has. Reads nothing if no promotion names attributes. */
  async alike(
    promotions: readonly Promotion[],
    productIds: readonly ProductId[],
  ): Promise<ReadonlyMap<ProductId, ReadonlySet<PromotionId>>> {
    const ids = promotions.filter(({ conditions }) => conditions.attributes !== undefined).map(({ id }) => id);
    if (ids.length === 0) return new Map();
    const pairs = await this.tx.query<{ product: ProductId; promotion: PromotionId }>(ALIKE, [ids, productIds]);
    const byProduct = Map.groupBy(pairs, ({ product }) => product);
    return new Map(
      [...byProduct].map(([product, found]) => [product, new Set(found.map(({ promotion }) => promotion))]),
    );
  }

  /** Whether the customer has no order that lives or was delivered; undefined, and nothing is read, if no promotion asks. */
  async isFirst(promotions: readonly Promotion[], customerId: UserId): Promise<boolean | undefined> {
    if (!promotions.some(({ conditions }) => conditions.firstOrder)) return undefined;
    const [row] = await this.tx.query<{ ordered: boolean }>(HAS_ORDERED, [customerId]);
    return !row!.ordered;
  }
}
