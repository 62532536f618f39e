import { encodeId, type ReconciliationId } from '../../shared/ids.js';
import type { DomainEvent } from '../../platform/outbox/index.js';
import type { DifferenceFoundEventData } from '../attempts/payment-event.view.js';
import type { Difference } from '../domain/settlement-comparison.js';

interface Found {
  readonly id: ReconciliationId;
  readonly version: number;
  readonly provider: string;
  readonly date: string;
  readonly differences: readonly Difference[];
}

/** A run found new differences. One event per run, because a missing statement differs in every line. */
export function differenceFound({ id, version, provider, date, differences }: Found): DomainEvent {
  const reconciliationId = encodeId('rcn', id);
  const byReason: Record<string, number> = {};
  for (const { reason } of differences) byReason[reason] = (byReason[reason] ?? 0) + 1;
  return {
    type: 'reconciliation.difference_found',
    aggregate: { type: 'reconciliation', id: reconciliationId, version },
    data: { reconciliationId, provider, date, found: differences.length, byReason } satisfies DifferenceFoundEventData,
  };
}
