import { DomainError, NotFound } from '../shared/errors.js';
import { encodeId, type LedgerTransactionId, type UserId } from '../shared/ids.js';
import { MAX_AMOUNT } from '../shared/money.js';
import { violatedConstraint } from '../platform/database/index.js';

/** Nobody enriches themselves; the database refuses it as well. */
export class OwnStoreCredit extends DomainError {
  readonly code = 'own_store_credit';
  readonly kind = 'conflict';

  constructor() {
    super('Nobody grants or moves store credit to themselves; ask a colleague.');
  }
}

export class AlreadyReversed extends DomainError {
  readonly code = 'already_reversed';
  readonly kind = 'conflict';
  constructor(id: LedgerTransactionId) {
    super(
      `The ledger transaction ${encodeId('txn', id)} is already reversed. A transaction can be reversed only once.`,
    );
  }
}

export class NotReversible extends DomainError {
  readonly code = 'not_reversible';
  readonly kind = 'conflict';
  constructor(kind: string) {
    super(
      kind === 'reversal'
        ? "A reversal can't be reversed: post a new transaction instead."
        : kind === 'difference'
          ? 'A posted difference is money that the provider moved: post it from its account to another one instead.'
          : `A ${kind} belongs to a payment or its provider: correct it there, for example with a refund.`,
    );
  }
}

export class ReferenceTaken extends DomainError {
  readonly code = 'ledger_reference_taken';
  readonly kind = 'conflict';
  constructor() {
    super('A ledger transaction with this reference exists already.');
  }
}

export class InsufficientStoreCredit extends DomainError {
  readonly code = 'insufficient_store_credit';
  readonly kind = 'conflict';
  constructor(wanted: number, held: number) {
    super(`The store credit is ${held} minor units, which is less than ${wanted}.`, { transient: true });
  }
}

export class StoreCreditTooLarge extends DomainError {
  readonly code = 'store_credit_too_large';
  readonly kind = 'conflict';
  constructor() {
    super(`The customer would have more than ${MAX_AMOUNT} minor units of store credit.`);
  }
}

/** Translates a constraint violation of a posting or reversal into a domain error. Returns other errors unchanged. */
export function refusalOf(error: unknown, reversed?: LedgerTransactionId): unknown {
  const constraint = violatedConstraint(error);
  if (constraint === 'ledger_transactions_reference') return new ReferenceTaken();
  if (constraint === 'ledger_transactions_kind_reference_id_key' && reversed) return new AlreadyReversed(reversed);
  return error;
}

/** Translates a constraint violation of a grant to `userId` into a domain error. Returns other errors unchanged. */
export function storeCreditRefusalOf(error: unknown, userId: UserId): unknown {
  const nobody = violatedConstraint(error) === 'store_credit_balances_user_id_fkey';
  return nobody ? new NotFound('user', encodeId('usr', userId)) : error;
}
