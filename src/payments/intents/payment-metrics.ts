import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { SharedGauges } from '../../platform/shared-gauges/index.js';

const MONEY = `
  SELECT provider, currency, sum(authorized_amount)::float8 AS authorized, sum(captured_amount)::float8 AS captured,
    sum(refunded_amount)::float8 AS refunded
  FROM payments GROUP BY provider, currency`;

const states = ['authorized', 'captured', 'refunded'] as const;

type Sum = Readonly<Record<'provider' | 'currency', string> & Record<(typeof states)[number], number>>;

/** Adds up the money of all payments. */
@Injectable()
export class PaymentMetrics {
  constructor(tx: Transaction, gauges: SharedGauges) {
    const help = 'Money of all payments in minor units: authorized, captured and refunded so far.';
    gauges.addSlow('till_payments_amount_minor_units', help, ['provider', 'currency', 'state'], async (set) => {
      for (const { provider, currency, ...sums } of await tx.query<Sum>(MONEY))
        for (const state of states) set({ provider, currency, state }, sums[state]);
    });
  }
}
