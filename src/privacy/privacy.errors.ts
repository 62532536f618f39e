import { DomainError } from '../shared/errors.js';

/** What keeps a person's data from being erased: how many of each. */
export interface Blockers {
  readonly openOrders: number;
  readonly openPayments: number;
  readonly owedOrders: number;
  readonly openDisputes: number;
  readonly storeCredits: number;
}

const words: Readonly<Record<keyof Blockers, string>> = {
  openOrders: 'open orders',
  openPayments: 'payments or refunds in progress',
  owedOrders: 'orders whose money is to go back',
  openDisputes: 'orders with an open dispute',
  storeCredits: 'balances of store credit',
};

/** Orders must be delivered and money returned first: both need the name and the address. */
export class ErasureBlocked extends DomainError {
  readonly code = 'erasure_blocked';
  readonly kind = 'conflict';

  constructor(blockers: Blockers) {
    const names = Object.keys(words) as (keyof Blockers)[];
    const found = names.filter((name) => blockers[name] > 0).map((name) => `${words[name]}: ${blockers[name]}`);
    super(`The account can't be erased yet (${found.join(', ')}). End these first.`);
  }
}

/** Whoever erases their own account gives the password. */
export class OwnErasure extends DomainError {
  readonly code = 'own_erasure';
  readonly kind = 'conflict';

  constructor() {
    super('This is your own account: use DELETE /v1/users/me, which asks for your password.');
  }
}
