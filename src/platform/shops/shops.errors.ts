import { DomainError } from '../../shared/errors.js';

/** The host name or the header names a shop that does not exist. */
export class UnknownShop extends DomainError {
  readonly code = 'unknown_shop';
  readonly kind = 'not_found';

  constructor(named: string) {
    super(`There is no shop ${JSON.stringify(named)}.`);
  }
}

/** The host name says one shop, the header another. */
export class ContradictoryShop extends DomainError {
  readonly code = 'contradictory_shop';
  readonly kind = 'invalid';

  constructor(byHost: string, byHeader: string) {
    super(
      `The host name says the shop ${byHost}, and the header Till-Shop says ${JSON.stringify(byHeader)}: leave the header out.`,
    );
  }
}

/** The process can't serve this shop now. */
export class ShopUnavailable extends DomainError {
  readonly code = 'shop_unavailable';
  readonly kind = 'unavailable';

  constructor(why: string) {
    super(why, { retryAfterSeconds: 5 });
  }
}
