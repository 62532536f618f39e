import type { ProblemDocs } from '../platform/http/index.js';

export const ledgerProblems: ProblemDocs = {
  insufficient_store_credit: {
    title: 'Not enough store credit',
    help: 'Nothing was taken. GET /v1/users/me/store-credit shows the balance. Use less, or pay the rest in another way.',
  },
  store_credit_too_large: {
    title: 'Too much store credit',
    help: 'A customer can have at most 999,999,999,999 minor units of one currency. Nothing was granted.',
  },
  own_store_credit: {
    title: 'Store credit for oneself',
    help: 'Nobody grants or moves store credit to themselves. Ask a colleague.',
  },
  already_reversed: {
    title: 'Already reversed',
    help: 'A ledger transaction can be reversed once; `reversedBy` names the reversal. Post a correction as a new transaction.',
  },
  not_reversible: {
    title: "Can't be reversed",
    help: "A transaction of a payment is corrected at the payment, for example with a refund, so that payments and ledger agree. A reversal can't be reversed: post a new transaction.",
  },
  ledger_reference_taken: {
    title: 'Reference already posted',
    help: 'Each `reference` can be posted once, so that no line of a statement is posted twice. Look up the existing transaction before you post again.',
  },
};
