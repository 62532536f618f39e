import { encodeId } from '../../shared/ids.js';
import type { RecordedDifference, Resolution } from './reconciliation.js';
import type { PostedDifference } from './difference-postings.js';
import type {
  DifferencePostingView,
  DifferenceView,
  LedgerSideView,
  ProviderSideView,
  ReconciliationView,
  ResolutionView,
} from './reconciliation.view.js';
import type { ReconciliationWithDifferences } from './reconciliations.service.js';

export function presentReconciliation(day: ReconciliationWithDifferences): ReconciliationView {
  const { provider, date, state, runs, settlements, entries, open, explained, resolved } = day;
  return {
    id: encodeId('rcn', day.id),
    provider,
    date,
    state,
    runs,
    settlements,
    entries,
    counts: { open, explained, resolved },
    totals: day.totals.map(({ currency, statement, posted, differing }) => ({
      currency,
      statement,
      posted,
      differing,
    })),
    differences: day.differences.map(presentDifference),
    createdAt: day.createdAt.toISOString(),
    runAt: day.runAt.toISOString(),
  };
}

export function presentDifference(difference: RecordedDifference): DifferenceView {
  const { reason, state, kind, orderId, note, actorId } = difference;
  return {
    id: encodeId('rcd', difference.id),
    reconciliationId: encodeId('rcn', difference.reconciliationId),
    reason,
    state,
    kind,
    orderId: orderId && encodeId('ord', orderId),
    provider: providerSide(difference),
    ledger: ledgerSide(difference),
    note,
    actorId: actorId && encodeId('usr', actorId),
    createdAt: difference.createdAt.toISOString(),
    updatedAt: difference.updatedAt.toISOString(),
  };
}

export function presentResolution({ id, differenceId, actorId, createdAt, ...said }: Resolution): ResolutionView {
  return {
    id: encodeId('rcr', id),
    differenceId: encodeId('rcd', differenceId),
    ...said,
    actorId: actorId && encodeId('usr', actorId),
    createdAt: createdAt.toISOString(),
  };
}

export function presentPosting(posted: PostedDifference): DifferencePostingView {
  const { differenceId, transactionId, actorId, createdAt, debit, credit, amount, currency, note } = posted;
  return {
    differenceId: encodeId('rcd', differenceId),
    transactionId: encodeId('txn', transactionId),
    debit,
    credit,
    amount,
    currency,
    note,
    actorId: encodeId('usr', actorId),
    createdAt: createdAt.toISOString(),
  };
}

function providerSide(difference: RecordedDifference): ProviderSideView | null {
  const { settlementId, type, reference, providerAmount, providerCurrency, settledAt } = difference;
  if (settlementId === null) return null;
  return {
    settlementId,
    type,
    reference,
    amount: providerAmount!,
    currency: providerCurrency!,
    settledAt: settledAt!.toISOString(),
  };
}

function ledgerSide({
  transactionId,
  ledgerAmount,
  ledgerCurrency,
  postedAt,
}: RecordedDifference): LedgerSideView | null {
  if (transactionId === null) return null;
  return {
    transactionId: encodeId('txn', transactionId),
    amount: ledgerAmount!,
    currency: ledgerCurrency!,
    postedAt: postedAt!.toISOString(),
  };
}
