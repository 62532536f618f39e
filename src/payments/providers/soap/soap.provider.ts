import type { AttemptId } from '../../../shared/ids.js';
import { effectsOf } from '../../domain/statement-sum.js';
import type { SettlementKind } from '../../domain/statement-kinds.js';
import type { Outcome, PaymentProvider, ProviderAttempt, SettlementLine, Statement } from '../provider.js';
import { GatewayFault, type StatementPage } from './answers.js';
import { type OperationName, SoapGateway } from './gateway.js';
import type { SoapGatewaySettings } from './soap.settings.js';
import { outcomeOf, refusedOutcome } from './outcome.js';
import { NotSent } from './transport.js';

const names = {
  authorize: 'Authorise',
  capture: 'Capture',
  void: 'Reverse',
  refund: 'Refund',
} as const satisfies Record<ProviderAttempt['kind'], OperationName>;
const settlementKinds: Readonly<Record<string, SettlementKind>> = {
  CAPTURE: 'capture',
  REFUND: 'refund',
  REFUND_RETURN: 'refund_reversal',
  CHARGEBACK: 'dispute',
  CHARGEBACK_REVERSAL: 'dispute_reversal',
  FEE: 'fee',
  FEE_REFUND: 'fee_refund',
  PAYOUT: 'payout',
  PAYOUT_RETURN: 'payout_reversal',
};
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** The maximum number of pages of a statement. */
const MAX_PAGES = 10_000;

/**
 * A bank's SOAP gateway. The attempt's id is the merchant reference, with which the gateway executes an operation once. It sends no
 * webhooks, so pending and unknown outcomes are polled.
 */
export class SoapProvider implements PaymentProvider {
  readonly name = 'soap';
  readonly capabilities = {
    captures: 'many',
    partialRefunds: true,
    partialVoids: true,
    statementDescriptors: false,
    authorizationDays: 7,
    openOutcomeSeconds: { requires_action: 3600, pending: 3 * 86_400 },
  } as const;
  private readonly gateway: SoapGateway;

  constructor(
    settings: SoapGatewaySettings,
    readonly timeoutMs = 10_000,
  ) {
    this.gateway = new SoapGateway(settings);
  }

  async send(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome> {
    try {
      return outcomeOf(attempt, await this.gateway.operate(names[attempt.kind], argumentsOf(attempt), signal));
    } catch (error) {
      if (error instanceof NotSent) return { state: 'not_sent' };
      return error instanceof GatewayFault ? this.afterFault(attempt, error, signal) : { state: 'unknown' };
    }
  }

  /** An unreachable gateway leaves the outcome unknown, so nothing is sent again. */
  async getStatus(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome> {
    try {
      const given = { MerchantReference: attempt.id };
      return outcomeOf(attempt, await this.gateway.operate('Enquiry', given, signal));
    } catch (error) {
      if (!(error instanceof GatewayFault)) return { state: 'unknown' };
      if (error.party === 'security') return { state: 'unknown', trouble: 'credentials_refused' };
      return { state: error.party === 'client' && error.code === 'UNKNOWN_REFERENCE' ? 'not_sent' : 'unknown' };
    }
  }

  async listSettlements(
    { from, to }: { readonly from: Date; readonly to: Date },
    signal: AbortSignal,
  ): Promise<Statement> {
    const range = { From: from.toISOString(), To: to.toISOString() };
    const settlements: StatementPage['Line'] = [];
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const last = settlements.at(-1)?.LineId;
      const { Line: lines, More: more } = await this.gateway.statement(
        { ...range, ...(last && { After: last }) },
        signal,
      );
      settlements.push(...lines);
      if (!more || lines.length === 0) return statementOf(settlements);
    }
    throw new Error(`The gateway's statement has more than ${MAX_PAGES} pages.`);
  }

  private async afterFault(attempt: ProviderAttempt, fault: GatewayFault, signal: AbortSignal): Promise<Outcome> {
    switch (fault.party) {
      case 'client':
        // An operation with this reference exists: read its outcome.
        if (fault.code === 'DUPLICATE_REFERENCE') return this.getStatus(attempt, signal);
        return refusedOutcome(attempt, (fault.code ?? 'invalid_request').toLowerCase(), new Date());
      case 'security':
        return { state: 'not_sent', trouble: 'credentials_refused' };
      case 'not_understood':
        return { state: 'not_sent' };
      case 'server':
        return { state: 'unknown' };
    }
  }
}

function argumentsOf(attempt: ProviderAttempt): Readonly<Record<string, string | number | boolean>> {
  const { id, paymentId, kind, amount, currency, paymentMethod, capture, reference } = attempt;
  const money = { Amount: amount, Currency: currency };
  if (kind !== 'authorize') return { MerchantReference: id, GatewayReference: reference ?? '', ...money };
  return {
    MerchantReference: id,
    PaymentReference: paymentId,
    ...money,
    PaymentMethod: paymentMethod,
    Capture: capture === 'automatic',
  };
}

/** Throws if the amounts have two notations: then `20` may be 20.00 written short, and would be read as 0.20. */
function statementOf(read: StatementPage['Line']): Statement {
  if (new Set(read.flatMap(({ notation }) => notation ?? [])).size > 1)
    throw new Error("The gateway's statement has amounts in minor units and amounts as decimal numbers.");
  const lines = read.map(settlementOf);
  return { lines, totals: effectsOf(lines) };
}

function settlementOf(line: StatementPage['Line'][number]): SettlementLine {
  const {
    LineId: id,
    Kind,
    Direction,
    MerchantReference,
    GatewayReference,
    Amount: amount,
    Currency: currency,
    SettledAt,
  } = line;
  const attemptId = UUID.test(MerchantReference ?? '') ? (MerchantReference as AttemptId) : null;
  return {
    id,
    kind: kindOf(Kind, Direction),
    type: Kind,
    attemptId,
    reference: GatewayReference ?? null,
    amount,
    currency,
    settledAt: SettledAt,
  };
}

/** @throws if nobody can tell the direction of the line */
function kindOf(name: string, direction: 'CREDIT' | 'DEBIT' | null | undefined): SettlementKind {
  const known = Object.hasOwn(settlementKinds, name) ? settlementKinds[name] : undefined;
  if (known) return known;
  if (!direction) throw new Error(`A line of the gateway's statement has the unknown kind ${name} and no direction.`);
  return direction === 'CREDIT' ? 'other_credit' : 'other_debit';
}
