import type { ProvenTable } from '../../platform/proof/index.js';

const AUDIT = 'says when or how often the row changed; nothing is computed from it';
const RESOLVER = 'says when the resolver asks the provider again; the outcome is what moves money';
const TEXT = 'tells people something; nothing is computed from it';

/** How the proof detects a change of each column of payments. */
export const provenTables: readonly ProvenTable[] = [
  {
    table: 'payments',
    code: 5,
    id: 'id',
    prefix: 'pay',
    order: 'order_id',
    appendOnly: false,
    sealed: true,
    proven: [
      'status',
      'authorized_amount',
      'captured_amount',
      'capture_pending',
      'voided_amount',
      'void_pending',
      'refunded_amount',
      'refund_pending',
      'disputed_amount',
    ],
    ignored: {
      next_action: 'where the shopper is sent; the status rule reads whether there is one',
      decline: 'why there is no money; the status rule reads it while there is none',
      reference: 'what the provider calls the payment, known after the first answer; reconciliation compares it',
      version: AUDIT,
      updated_at: AUDIT,
    },
  },
  {
    table: 'refunds',
    code: 6,
    id: 'id',
    prefix: 'rfd',
    order: [{ via: 'payments', column: 'payment_id' }],
    appendOnly: false,
    sealed: true,
    proven: ['status'],
    ignored: { reason: TEXT, obligation_id: 'says who tries again; the amount is what moves money', updated_at: AUDIT },
  },
  {
    table: 'refund_lines',
    code: 15,
    id: 'id',
    prefix: 'rfl',
    order: [{ via: 'refunds', column: 'refund_id' }],
    appendOnly: true,
    sealed: true,
    proven: [],
    ignored: {},
  },
  {
    table: 'payment_attempts',
    code: 7,
    id: 'id',
    prefix: 'att',
    order: [{ via: 'payments', column: 'payment_id' }],
    appendOnly: false,
    sealed: true,
    proven: ['state'],
    alike: [
      {
        column: 'state',
        values: ['started', 'pending', 'requires_action', 'not_sent', 'unknown'],
        reason: 'the outcome is still to come, and the resolver asks for it',
      },
    ],
    ignored: { sends: RESOLVER, checks: RESOLVER, next_check_at: RESOLVER, updated_at: AUDIT },
  },
  {
    table: 'disputes',
    code: 8,
    id: 'id',
    prefix: 'dsp',
    order: [{ via: 'payments', column: 'payment_id' }],
    appendOnly: false,
    sealed: true,
    proven: ['status'],
    ignored: { closed_at: AUDIT, reported_at: AUDIT },
  },
  {
    table: 'provider_events',
    code: 9,
    id: 'id',
    prefix: 'evt',
    order: [
      { via: 'payment_attempts', column: 'attempt_id' },
      { via: 'disputes', column: 'dispute_id' },
    ],
    appendOnly: true,
    sealed: true,
    proven: [],
    ignored: {},
  },
];
