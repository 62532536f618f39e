import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { decodeId, encodeId, type RefundId } from '../shared/ids.js';

/** The tax in a refund at one rate (a percentage), in minor units. */
export interface RefundTax {
  readonly rate: string;
  readonly tax: number;
}

/** As the ledger has it: what a refund took off the taxes that the shop owes (`vat_payable:<country>:<category>:<rate>`). */
const TAXES = `
  SELECT t.refund_id AS "refundId", split_part(a.code, ':', 4) AS rate, abs(sum(e.amount))::float8 AS tax
  FROM payment_attempts t
    JOIN ledger_transactions l ON l.kind = 'refund' AND l.reference_id = t.id
    JOIN ledger_entries e ON e.transaction_id = l.id
    JOIN ledger_accounts a ON a.id = e.account_id
  WHERE t.refund_id = ANY ($1::uuid[]) AND a.code LIKE 'vat_payable:%'
  GROUP BY t.refund_id, rate HAVING sum(e.amount) <> 0 ORDER BY t.refund_id, rate`;

type TaxRow = RefundTax & { readonly refundId: RefundId } & Record<string, unknown>;

/** The taxes of refunds, for their mails. */
@Injectable()
export class RefundTaxes {
  constructor(private readonly tx: Transaction) {}

  /** Returns the taxes by the public id of the refund; none for a refund without taxes. */
  async of(refundIds: readonly string[]): Promise<ReadonlyMap<string, readonly RefundTax[]>> {
    const ids = refundIds.map((id) => decodeId('rfd', id)).filter((id) => id !== undefined);
    if (ids.length === 0) return new Map();
    const rows = await this.tx.query<TaxRow>(TAXES, [ids]);
    return Map.groupBy(rows, ({ refundId }) => encodeId('rfd', refundId));
  }
}
