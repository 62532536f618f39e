import type { Extras } from './pricing.js';
import type { World } from './world.js';

/** A request whose outcome the model knows. Amounts are minor units; null means all that is left. */
export type Request =
  | {
      readonly do: 'place';
      readonly customer: string;
      readonly lines: readonly { product: string; quantity: number }[];
      /** What staff add who order for the customer. */
      readonly extras: Extras | null;
      /** The payment that is made in the same request. */
      readonly pays: { readonly method: string; readonly amount: number | null } | null;
    }
  | {
      readonly do: 'pay';
      readonly order: string;
      readonly method: string;
      readonly capture: 'automatic' | 'manual';
      readonly amount: number | null;
    }
  | {
      readonly do: 'capture' | 'refund';
      readonly payment: string;
      readonly amount: number | null;
      /** Refunds so many pieces of each line, and then charges, instead of an amount. */
      readonly pieces?: readonly number[] | undefined;
    }
  | { readonly do: 'void'; readonly payment: string }
  /** A refund of this payment that failed. */
  | { readonly do: 'retry'; readonly refund: string; readonly payment: string }
  /** A refund that a second person is asked to approve. */
  | { readonly do: 'ask'; readonly payment: string; readonly amount: number | null }
  /** Of a cancellation there is no payment, and of a refund no order. */
  | { readonly do: 'approve' | 'reject'; readonly approval: string; readonly payment: string; readonly order: string }
  | { readonly do: 'cancel' | 'askToCancel'; readonly order: string; readonly pieces: readonly number[] | null }
  | {
      readonly do: 'fulfil';
      readonly order: string;
      readonly pieces: readonly number[] | null;
      /** Ships in spite of a dispute. */
      readonly inSpite: boolean;
    };

/**
 * A request that was refused leaves the world as it was. Any other has done its first transaction; `finish` is what follows
 * when the provider has answered.
 */
export type Begun =
  | { readonly refused: string }
  | {
      readonly refused?: never;
      readonly world: World;
      readonly finish: (world: World) => World;
      /** What follows instead when the provider refuses a capture, a void or a refund. */
      readonly decline?: (world: World) => World;
    };

/** The refusal of a capture or a void that the provider declined. */
export const BY_PROVIDER = 'operation_refused';

/** Prices in minor units and classes of tax, by product: a part of what is given. */
export type Prices = Readonly<Record<string, { readonly price: number; readonly taxClass: string | undefined }>>;

/** Ids of what a request made; empty for what it did not make. */
export interface Made {
  readonly made: string;
  /** The payment of an order that was placed with one. */
  readonly paid: string;
}

/** A request that was answered. */
export interface Answered extends Made {
  readonly request: Request;
  /** The problem's code when it was refused. */
  readonly refused: string | undefined;
}

export const STORE_CREDIT = 'store_credit';
export const refused = (code: string): Begun => ({ refused: code });
/** In one transaction. */
export const done = (world: World): Begun => ({ world, finish: (later) => later });
export const with1 = <T extends { id: string }>(all: readonly T[], one: T): T[] =>
  all.map((other) => (other.id === one.id ? one : other));
export const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
export const orderOf = (world: World, id: string) => world.orders.find((order) => order.id === id)!;
export const paymentOf = (world: World, id: string) => world.payments.find((payment) => payment.id === id)!;

/** A time that the model does not know. */
export const SOME_DAY = 1;
