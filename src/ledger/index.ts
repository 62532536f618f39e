export { type ClearedEntry, ClearingRepository } from './clearing.repository.js';
export {
  capturePosting,
  disputeLossReversalPosting,
  disputeLostPosting,
  disputeOpenedPosting,
  disputeWonPosting,
  creditRefundPosting,
  creditSpentPosting,
  type Posting,
  refundPosting,
  refundReversalPosting,
  taxedEntries,
  type Entry,
} from './domain/posting.js';
export { manualCodes, storeCreditCode, type SummedCode } from './domain/chart.js';
export type { TransactionKind } from './domain/kinds.js';
export { AccountsService } from './accounts.service.js';
export { presentAccount, presentTransaction } from './ledger.presenter.js';
export { TransactionsService } from './transactions.service.js';
export { LedgerModule } from './ledger.module.js';
export { LedgerService, type PostedRecord } from './ledger.service.js';
export { ProofService } from './proof.service.js';
export { InsufficientStoreCredit, StoreCreditTooLarge } from './ledger.errors.js';
export { complaintOf, verificationOf } from './verification.js';
