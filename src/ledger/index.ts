export { type AccountCode, capturePosting, type Posting, refundPosting } from './domain/posting.js';
export { LedgerModule } from './ledger.module.js';
export { LedgerService } from './ledger.service.js';
export { ProofService } from './proof.service.js';
