import type { ProvenTable } from '../platform/proof/index.js';

const OFFER = 'is what the next order sees; each order keeps its own copy, which is sealed';
const AUDIT = 'says when or how often the row changed; nothing is computed from it';
const TEXT = 'tells people something; nothing is computed from it';

/** How the proof detects a change of each column of stock. */
export const provenTables: readonly ProvenTable[] = [
  {
    table: 'products',
    code: 10,
    id: 'id',
    prefix: 'prd',
    appendOnly: false,
    sealed: true,
    proven: [],
    ignored: {
      sku: OFFER,
      name: OFFER,
      description: OFFER,
      price: OFFER,
      lowest_price: OFFER,
      currency: OFFER,
      attributes: OFFER,
      tax_class: OFFER,
      weight: OFFER,
      status: OFFER,
      search: OFFER,
      version: AUDIT,
      updated_at: AUDIT,
    },
  },
  {
    table: 'stock_levels',
    code: 11,
    id: 'product_id',
    prefix: 'prd',
    appendOnly: false,
    sealed: false,
    proven: ['product_id', 'on_hand', 'reserved'],
    ignored: {},
  },
  {
    table: 'stock_movements',
    code: 12,
    id: 'id',
    prefix: 'stm',
    order: 'order_id',
    appendOnly: true,
    // Movements of orders are most of all rows. They are proven by their order and their product, so here they are only counted.
    sealed: 'order_id IS NULL',
    proven: ['product_id', 'order_id', 'kind', 'on_hand_delta', 'reserved_delta'],
    ignored: { id: 'names the row; nothing refers to it', reason: TEXT, actor_id: TEXT, created_at: AUDIT },
  },
];
