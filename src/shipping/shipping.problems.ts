import type { ProblemDocs } from '../platform/http/index.js';

export const shippingProblems: ProblemDocs = {
  shipping_unavailable: {
    title: 'Shipping method does not apply',
    help: 'The method is unknown or archived, is for another currency, or does not ship to this country; `errors` says which. Nothing was reserved. `GET /v1/shipping-methods?country=` lists those that apply.',
  },
};
