import { randomBytes } from 'node:crypto';
import type { Behaviour } from './behaviour.js';

/** Objects of API version 2026-10-28.endive, cut to what there is to say about them. */
export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  amount_capturable: number;
  amount_received: number;
  readonly automatic_payment_methods: { readonly allow_redirects: string; readonly enabled: boolean } | null;
  canceled_at: number | null;
  cancellation_reason: string | null;
  readonly capture_method: string;
  readonly client_secret: string;
  readonly confirmation_method: 'automatic';
  readonly created: number;
  readonly currency: string;
  last_payment_error: object | null;
  latest_charge: string | null;
  readonly livemode: false;
  metadata: Record<string, string>;
  next_action: object | null;
  readonly payment_method: string | null;
  readonly payment_method_types: readonly string[];
  readonly statement_descriptor_suffix: string | null;
  status: string;
}

export interface Charge {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  amount_captured: number;
  amount_refunded: number;
  balance_transaction: string | null;
  captured: boolean;
  readonly created: number;
  readonly currency: string;
  disputed: boolean;
  readonly failure_code: string | null;
  readonly livemode: false;
  readonly metadata: Record<string, string>;
  paid: boolean;
  readonly payment_intent: string;
  refunded: boolean;
  status: 'succeeded' | 'failed' | 'pending';
}

export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  balance_transaction: string | null;
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  failure_balance_transaction?: string;
  failure_reason?: string;
  readonly metadata: Record<string, string>;
  readonly payment_intent: string;
  readonly reason: string | null;
  status: string;
}

export interface Dispute {
  readonly id: string;
  readonly object: 'dispute';
  readonly amount: number;
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly livemode: false;
  readonly metadata: Record<string, string>;
  readonly payment_intent: string;
  readonly reason: string;
  status: string;
}

export interface BalanceTransaction {
  readonly id: string;
  readonly object: 'balance_transaction';
  readonly amount: number;
  readonly available_on: number;
  readonly created: number;
  readonly currency: string;
  readonly description: string | null;
  readonly exchange_rate: number | null;
  readonly fee: number;
  readonly fee_details: readonly object[];
  readonly net: number;
  readonly reporting_category: string;
  readonly source: string | null;
  readonly status: 'pending' | 'available';
  readonly type: string;
}

/** An intent with what only the service knows of it. */
export interface KeptIntent {
  readonly intent: Intent;
  readonly behaviour: Behaviour;
  charge: Charge | null;
}

export function freshId(prefix: string): string {
  return `${prefix}_3${randomBytes(12).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
}

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** 1.5 % and 0.25, as for European cards. */
export function feeOf(amount: number): number {
  return Math.round(amount * 0.015) + 25;
}
