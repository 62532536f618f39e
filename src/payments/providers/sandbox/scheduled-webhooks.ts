import type { Decline } from '../../domain/payment.js';
import type { ProviderNotification } from '../provider.js';
import {
  declineOf,
  type DisputeCourse,
  eventTypes,
  type SandboxKind,
  type SandboxOutcome,
  tokenOf,
} from './test-tokens.js';

/** An operation in the sandbox's books. `amount` is in minor units. */
export interface SandboxOperation {
  readonly id: string;
  readonly paymentId: string;
  readonly kind: SandboxKind;
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly outcome: SandboxOutcome;
}

/** An entry in the sandbox's books that no request of Till made. */
export type SandboxMovement = 'dispute' | 'dispute_reversal' | 'refund_reversal';

/** A webhook that the sandbox will send. */
export interface ScheduledWebhook {
  readonly type: ProviderNotification['type'];
  /** The event's id, the same as in a response and a poll. */
  readonly eventId: string;
  readonly afterMs: number;
  readonly copies: number;
  /** Whether it names the attempt of Till. */
  readonly own: boolean;
  /** Whether the operation is decided only when this webhook is sent. */
  readonly decides?: boolean;
  readonly decline?: Decline;
  readonly dispute?: string;
  readonly movement?: SandboxMovement;
}

/** The delay until a delayed method succeeds. */
export const MATURES_MS = 3000;
const DISPUTED_MS = 1000;
const REFUND_RETURNS_MS = 2000;
const DISPUTE_DECIDED_MS = 3000;
const APPEAL_MS = 2000;

/** The sandbox's ids of an event and a payment. */
export const eventIdOf = (operation: { readonly id: string }): string => `sbx_${operation.id}`;
export const referenceOf = ({ paymentId }: { readonly paymentId: string }): string => `sbx_${paymentId}`;

/** Returns the webhooks for an operation that was just made or decided. */
export function webhooksFor(operation: SandboxOperation): ScheduledWebhook[] {
  const { webhooks } = tokenOf(operation.paymentMethod);
  if (!webhooks || operation.outcome === 'requires_action') return [];
  return [...outcomeTold(operation, webhooks), ...returnOf(operation), ...disputesOf(operation)];
}

function outcomeTold(operation: SandboxOperation, webhooks: 'once' | 'thrice' | 'reversed'): ScheduledWebhook[] {
  const { kind, outcome, paymentMethod } = operation;
  const good = outcome === 'succeeded' || outcome === 'pending';
  const type = eventTypes[kind][good ? 0 : 1];
  const decline = type === 'declined' ? { decline: declineOf(paymentMethod, outcome) } : {};
  const told = { type, eventId: eventIdOf(operation), copies: webhooks === 'thrice' ? 3 : 1, own: true, ...decline };
  if (outcome !== 'pending') return [{ ...told, afterMs: 0 }];
  if (webhooks !== 'reversed') return [{ ...told, afterMs: MATURES_MS, decides: true }];
  // Send the charge first, then the authorization that happened before it.
  const before = { type: 'authorized', eventId: `${eventIdOf(operation)}_authorized`, copies: 1, own: true } as const;
  return [{ ...told, afterMs: 0, decides: true }, ...(kind === 'charge' ? [{ ...before, afterMs: 1000 }] : [])];
}

function returnOf(operation: SandboxOperation): ScheduledWebhook[] {
  const { kind, outcome, paymentMethod } = operation;
  if (kind !== 'refund' || outcome !== 'succeeded' || !tokenOf(paymentMethod).refundsReturn) return [];
  const eventId = `${eventIdOf(operation)}_reversed`;
  const movement = 'refund_reversal';
  return [{ type: 'refund_reversed', eventId, copies: 1, own: true, afterMs: REFUND_RETURNS_MS, movement }];
}

type DisputeEnd = 'won' | 'lost';

/** What the bank decides, one after the other. */
const courses = {
  won: ['won'],
  lost: ['lost'],
  lost_then_won: ['lost', 'won'],
  won_then_lost: ['won', 'lost'],
  lost_won_lost: ['lost', 'won', 'lost'],
} as const satisfies Record<DisputeCourse, readonly DisputeEnd[]>;

/** The money that a decision moves: one that is won returns it, and one that is lost after that takes it again. */
function movementOf(end: DisputeEnd, isFirst: boolean): { readonly movement?: SandboxMovement } {
  if (end === 'won') return { movement: 'dispute_reversal' };
  return isFirst ? {} : { movement: 'dispute' };
}

function disputesOf(operation: SandboxOperation): ScheduledWebhook[] {
  const { dispute } = tokenOf(operation.paymentMethod);
  const taken = operation.kind === 'charge' || operation.kind === 'capture';
  if (!dispute || !taken || operation.outcome !== 'succeeded') return [];
  const name = `dp_${operation.id}`;
  const about = { copies: 1, own: false, dispute: name };
  return [
    { ...about, type: 'dispute_opened', eventId: `${name}_opened`, afterMs: DISPUTED_MS, movement: 'dispute' },
    ...courses[dispute].map((end, turn) => ({
      ...about,
      type: `dispute_${end}` as const,
      eventId: `${name}_${end}${turn > 1 ? `_${turn}` : ''}`,
      afterMs: DISPUTE_DECIDED_MS + turn * APPEAL_MS,
      ...movementOf(end, turn === 0),
    })),
  ];
}
