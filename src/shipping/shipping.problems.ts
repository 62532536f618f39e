import type { ProblemDocs } from '../platform/http/index.js';

export const shippingProblems: ProblemDocs = {
  shipping_unavailable: {
    title: 'Shipping method does not apply',
    help: 'The method is unknown or archived, is for another currency, does not ship to the country of `shippingAddress` (or the order has none), or goes by weight and a product has none; `errors` says which. Nothing was reserved. `GET /v1/shipping-methods?country=` lists those that apply.',
  },
};
