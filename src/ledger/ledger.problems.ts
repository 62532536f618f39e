import type { ProblemDocs } from '../platform/http/index.js';

export const ledgerProblems: ProblemDocs = {
  insufficient_store_credit: {
    title: 'Not enough store credit',
    help: 'Nothing was taken. GET /v1/users/me/store-credit says what there is; use less, or pay the rest another way.',
  },
  store_credit_too_large: {
    title: 'Too much store credit',
    help: 'A customer holds 999,999,999,999 minor units of one currency at most. Nothing was given.',
  },
  already_reversed: {
    title: 'Already reversed',
    help: 'A ledger transaction is reversed once; `reversedBy` names the reversal. Post what is right as a new transaction.',
  },
  not_reversible: {
    title: 'Can not be reversed',
    help: 'What belongs to a payment is corrected there, for example by a refund, so that payments and books stay together. A reversal is not reversed: post anew.',
  },
  ledger_reference_taken: {
    title: 'Reference already posted',
    help: 'Each `reference` is posted once, so that no line of a statement is booked twice. Look the transaction up before posting again.',
  },
};
