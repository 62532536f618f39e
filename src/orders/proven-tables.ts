import type { ProvenTable } from '../platform/proof/index.js';

const AUDIT = 'says when or how often the row changed; nothing is computed from it';
const TEXT = 'tells people something; nothing is computed from it';

/** How the proof detects a change of each column of orders. */
export const provenTables: readonly ProvenTable[] = [
  {
    table: 'orders',
    code: 1,
    id: 'id',
    prefix: 'ord',
    order: 'id',
    appendOnly: false,
    sealed: true,
    alike: {
      column: 'status',
      values: ['cancelled', 'expired'],
      reason: 'the order has ended: its stock is free and its money goes back',
    },
    proven: [
      'status',
      'fulfillment_status',
      'total',
      'authorized_amount',
      'captured_amount',
      'refunded_amount',
      'capture_pending',
      'void_pending',
      'refund_pending',
      'disputed_amount',
      'charged_back_amount',
      'agreed_amount',
    ],
    ignored: {
      reserved_until: 'when the reservation ends by itself; whether there is one is proven with the status',
      version: AUDIT,
      updated_at: AUDIT,
      shipping_address: TEXT,
      metadata: TEXT,
    },
  },
  {
    table: 'order_lines',
    code: 2,
    id: 'id',
    prefix: 'lin',
    order: 'order_id',
    appendOnly: false,
    sealed: true,
    proven: ['fulfilled_quantity', 'cancelled_quantity'],
    ignored: {},
  },
  {
    table: 'fulfillments',
    code: 3,
    id: 'id',
    prefix: 'ful',
    order: 'order_id',
    appendOnly: true,
    sealed: true,
    sealedWith: `(SELECT array_agg(ROW(l.line_id, l.quantity) ORDER BY l.line_id) FROM fulfillment_lines l WHERE l.fulfillment_id = t.id)`,
    proven: [],
    ignored: { carrier: TEXT, tracking_number: TEXT },
  },
  {
    table: 'fulfillment_lines',
    code: 4,
    id: 'fulfillment_id',
    prefix: 'ful',
    order: [{ via: 'fulfillments', column: 'fulfillment_id' }],
    appendOnly: true,
    sealed: false,
    proven: ['fulfillment_id', 'line_id', 'quantity'],
    ignored: {},
  },
];
