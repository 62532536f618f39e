import type {
  AttemptId,
  DifferenceId,
  LedgerTransactionId,
  OrderId,
  ReconciliationId,
  ResolutionId,
  UserId,
} from '../../shared/ids.js';
import type { DifferenceReason } from '../domain/settlement-comparison.js';
import type { SettlementKind } from '../domain/statement-kinds.js';
import type { DifferenceState } from '../domain/difference-state.js';

/** One UTC day of one provider, compared with the ledger. */
export interface Reconciliation {
  readonly id: ReconciliationId;
  readonly provider: string;
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** `open` while a difference is open; `resolved` also without any difference. */
  readonly state: DifferenceState;
  readonly runs: number;
  /** Numbers of statement lines and ledger transactions that the last run compared. */
  readonly settlements: number;
  readonly entries: number;
  readonly open: number;
  readonly explained: number;
  readonly resolved: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly runAt: Date;
}

/** A difference between a statement and the ledger. Amounts are minor units. */
export interface RecordedDifference {
  readonly id: DifferenceId;
  readonly reconciliationId: ReconciliationId;
  readonly key: string;
  readonly reason: DifferenceReason;
  readonly state: DifferenceState;
  readonly kind: SettlementKind;
  readonly orderId: OrderId | null;
  readonly attemptId: AttemptId | null;
  readonly settlementId: string | null;
  readonly type: string | null;
  readonly reference: string | null;
  readonly providerAmount: number | null;
  readonly providerCurrency: string | null;
  readonly settledAt: Date | null;
  readonly transactionId: LedgerTransactionId | null;
  readonly ledgerAmount: number | null;
  readonly ledgerCurrency: string | null;
  readonly postedAt: Date | null;
  /** The last resolution, and its actor: null for Till itself. */
  readonly note: string | null;
  readonly actorId: UserId | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A change of a difference's state. */
export interface Resolution {
  readonly id: ResolutionId;
  readonly differenceId: DifferenceId;
  readonly state: DifferenceState;
  readonly note: string;
  readonly actorId: UserId | null;
  readonly createdAt: Date;
}
