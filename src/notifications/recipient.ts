import type { UserId } from '../shared/ids.js';

/** Who gets a mail: a person with an account, or an address of the shop. */
export interface Recipient {
  readonly id?: UserId;
  readonly email: string;
  readonly name: string;
  /** Whether mail to the address came back; when absent, nobody has looked yet. */
  readonly hasBounced?: boolean;
}
