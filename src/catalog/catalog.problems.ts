import type { ProblemDocs } from '../platform/http/index.js';

export const catalogProblems: ProblemDocs = {
  sku_taken: {
    title: 'SKU already in use',
    help: 'A SKU belongs to one product. Change that product, or choose another SKU.',
  },
  insufficient_stock: {
    title: 'Not enough stock',
    help: 'Nothing was reserved. `errors` names the lines. Lower their quantities, or wait for stock.',
  },
};
