import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { NotFound } from '../../shared/errors.js';
import {
  type DifferenceId,
  encodeId,
  type LedgerTransactionId,
  type ReconciliationId,
  type UserId,
} from '../../shared/ids.js';
import type { Caller } from '../../platform/access/index.js';
import { type Row, Transaction, violatedConstraint } from '../../platform/database/index.js';
import { type PostedRecord, type Posting, type SummedCode } from '../../ledger/index.js';
import { DifferenceNotPostable, DifferencePosted } from '../domain/payment.errors.js';
import { POSTED_BY_PERSON } from '../domain/statement-kinds.js';
import type { DifferenceEntity } from './difference.entity.js';
import { DifferencesRepository } from './differences.repository.js';
import { ReconciliationsRepository } from './reconciliations.repository.js';
import { StatementPosting } from './statement-posting.js';
import { derivedUuid, statementReference } from './statement-lines.js';

/** A person's decision on which account the money of a difference belongs to. */
export interface WantedPosting {
  readonly differenceId: DifferenceId;
  readonly account: SummedCode;
  readonly note: string;
}

/** A difference that is posted. */
export interface PostedDifference extends Posting {
  readonly differenceId: DifferenceId;
  readonly transactionId: LedgerTransactionId;
  readonly currency: string;
  readonly note: string;
  readonly actorId: UserId;
  readonly createdAt: Date;
}

/** Posts foreign and unknown money of a statement to the account that a person names, each line once, and resolves its difference. */
@Injectable()
export class DifferencePostings {
  constructor(
    private readonly tx: Transaction,
    private readonly reconciliations: ReconciliationsRepository,
    private readonly differences: DifferencesRepository,
    private readonly posting: StatementPosting,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFound, DifferenceNotPostable, DifferencePosted */
  async post({ userId }: Caller, id: ReconciliationId, wanted: WantedPosting): Promise<PostedDifference> {
    try {
      return await this.tx.run(() => this.postLocked(userId, id, wanted));
    } catch (error) {
      const constraint = violatedConstraint(error);
      throw constraint && ONCE.includes(constraint) ? new DifferencePosted() : error;
    }
  }

  /** The ledger has the money once the day's sums say so too. */
  private async postLocked(
    actorId: UserId,
    id: ReconciliationId,
    { differenceId, account, note }: WantedPosting,
  ): Promise<PostedDifference> {
    // Lock the day first, as runs do. A run that compared before this one begins again.
    await this.reconciliations.touch(id);
    const day = await this.reconciliations.find(id);
    const difference = day && (await this.differences.lock(differenceId, id));
    if (!difference) throw new NotFound('difference', encodeId('rcd', differenceId));
    assertPostable(difference);
    if (difference.reason === 'foreign' && (await this.tx.query<Row>(OWN, ownOf(day.provider, difference))).length > 0)
      throw new DifferenceNotPostable('foreign, of a payment that Till may have made,');
    const { effect, providerCurrency } = difference;
    const currency = providerCurrency!;
    const posting = postingOf(`provider_clearing:${day.provider}`, account, effect);
    const record = recordOf(day.provider, difference, actorId, note);
    const transactionId = await this.posting.enter(day, record, posting);
    await this.differences.notePosted(differenceId);
    await this.reconciliations.addPosted(id, currency, effect);
    const createdAt = this.clock.now();
    await this.differences.move([differenceId], { state: 'resolved', note, actorId, createdAt });
    return { ...posting, differenceId, transactionId, currency, note, actorId, createdAt };
  }
}

/** The ledger has one transaction of a kind for each reference, and one for each external reference. */
const ONCE = ['ledger_transactions_kind_reference_id_key', 'ledger_transactions_reference'];

/**
 * The payment of a line if Till made it: the reference is known since the run, or a payment that began before the line has an open outcome and no
 * reference yet. Its webhook posts the money of its disputes and refunds. The clocks of provider and database may be an hour apart.
 */
const OWN = `
  SELECT 1 FROM payments WHERE provider = $1 AND reference = $2
  UNION ALL
  SELECT 1 FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
  WHERE a.next_check_at IS NOT NULL AND p.provider = $1 AND p.reference IS NULL
    AND a.state NOT IN ('succeeded', 'declined', 'failed') AND p.created_at < $3::timestamptz + interval '1 hour'
  LIMIT 1`;
const ownOf = (provider: string, { reference, settledAt }: DifferenceEntity): unknown[] => [
  provider,
  reference,
  settledAt,
];

function assertPostable({ reason, effect }: DifferenceEntity): void {
  if (reason !== 'foreign' && reason !== 'unknown_kind') throw new DifferenceNotPostable(reason);
  if (effect === 0) throw new DifferencePosted();
}

function postingOf(clearing: SummedCode, account: SummedCode, effect: number): Posting {
  return effect > 0
    ? { debit: clearing, credit: account, amount: effect }
    : { debit: account, credit: clearing, amount: -effect };
}

function recordOf(
  provider: string,
  { settlementId, providerCurrency, orderId }: DifferenceEntity,
  actorId: UserId,
  reason: string,
): PostedRecord {
  const line = settlementId!;
  return {
    kind: POSTED_BY_PERSON,
    referenceId: derivedUuid(`${provider} ${line}`),
    reference: statementReference(provider, line),
    currency: providerCurrency!,
    reason,
    actorId,
    ...(orderId && { orderId }),
  };
}
