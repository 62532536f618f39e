export type { AccountCode } from './domain/chart.js';
export { capturePosting, type Posting, refundPosting } from './domain/posting.js';
export { LedgerModule } from './ledger.module.js';
export { LedgerService } from './ledger.service.js';
export { type Proof, ProofService } from './proof.service.js';
