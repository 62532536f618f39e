import type { ProblemDocs } from '../platform/http/index.js';

export const promotionProblems: ProblemDocs = {
  coupon_refused: {
    title: 'Coupon does not apply',
    help: 'Nothing was reserved. `errors` names each coupon and says why: it is unknown, not valid yet or any more, used up, has not enough left of its budget, or asks for another currency, a higher price or more pieces. Order without it, or fulfil what it asks for.',
  },
  coupon_code_taken: {
    title: 'Coupon code taken',
    help: 'Codes of coupons are unique whatever their case, and archived coupons keep theirs, since orders name them.',
  },
};
