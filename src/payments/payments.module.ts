import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { OrdersModule } from '../orders/index.js';
import { Attempts } from './attempts.js';
import { AttemptsRepository } from './attempts.repository.js';
import { AuthorizationExpiry } from './authorization-expiry.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { Books } from './books.js';
import { CapturesService } from './captures.service.js';
import { DisputesProof } from './disputes/disputes-proof.js';
import { DisputesRepository } from './disputes/disputes.repository.js';
import { DisputesService } from './disputes/disputes.service.js';
import { Leftovers } from './leftovers.js';
import { Operations } from './operations.js';
import { PaymentTerms } from './payment-terms.js';
import { PaymentsProof } from './payments-proof.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';
import { Providers } from './providers/providers.js';
import { SandboxChallenges } from './providers/sandbox-challenges.js';
import { SandboxOutbox } from './providers/sandbox-outbox.js';
import { SandboxWebhooks } from './providers/sandbox-webhooks.js';
import { SandboxProvider } from './providers/sandbox.provider.js';
import { DifferencesRepository } from './reconciliation/differences.repository.js';
import { Reconciler } from './reconciliation/reconciler.js';
import { ReconciliationRecord } from './reconciliation/reconciliation-record.js';
import { ReconciliationsRepository } from './reconciliation/reconciliations.repository.js';
import { ReconciliationsService } from './reconciliation/reconciliations.service.js';
import { StatementLines } from './reconciliation/statement-lines.js';
import { StatementPosting } from './reconciliation/statement-posting.js';
import { RefundsRepository } from './refunds.repository.js';
import { RefundsService } from './refunds.service.js';
import { PaymentLocks } from './payment-locks.js';
import { Settlement } from './settlement.js';
import { DueReturns, FundsReturn } from './returns/funds-return.service.js';
import { ObligationOutcome } from './returns/obligation-outcome.js';
import { Returnables } from './returns/returnables.js';
import { ReturnSteps } from './returns/return-steps.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { StoreCreditPayments } from './store-credit-payments.js';
import { StoreCreditRunner } from './store-credit-runner.js';
import { UnsentAttempts } from './unsent-attempts.js';
import { TimelineRepository } from './timeline/timeline.repository.js';
import { TimelineService } from './timeline/timeline.service.js';

@Module({
  imports: [OrdersModule, LedgerModule],
  providers: [
    PaymentsService,
    PaymentTerms,
    RefundsService,
    CapturesService,
    Operations,
    FundsReturn,
    DueReturns,
    Returnables,
    ReturnSteps,
    ObligationOutcome,
    Leftovers,
    AuthorizationExpiry,
    AuthorizationsRepository,
    Attempts,
    Settlement,
    OutcomeRecorder,
    UnsentAttempts,
    StoreCreditRunner,
    StoreCreditPayments,
    TimelineService,
    TimelineRepository,
    PaymentLocks,
    Books,
    PaymentsProof,
    DisputesProof,
    DisputesService,
    DisputesRepository,
    PaymentsRepository,
    AttemptsRepository,
    RefundsRepository,
    Providers,
    SandboxProvider,
    SandboxWebhooks,
    SandboxOutbox,
    SandboxChallenges,
    Reconciler,
    ReconciliationRecord,
    ReconciliationsService,
    ReconciliationsRepository,
    DifferencesRepository,
    StatementLines,
    StatementPosting,
  ],
  exports: [
    PaymentsService,
    PaymentTerms,
    CapturesService,
    RefundsService,
    DueReturns,
    Leftovers,
    AuthorizationExpiry,
    TimelineService,
    Attempts,
    // For the sandbox's bank and courier.
    SandboxChallenges,
    SandboxOutbox,
    SandboxWebhooks,
    DisputesService,
    // For the inbox.
    PaymentsRepository,
    DisputesRepository,
    AttemptsRepository,
    RefundsRepository,
    PaymentLocks,
    Books,
    Providers,
    Reconciler,
    ReconciliationsService,
    ReconciliationsRepository,
    DifferencesRepository,
  ],
})
export class PaymentsModule {}
