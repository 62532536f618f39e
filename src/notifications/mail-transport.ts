import { FinalFailure } from '../platform/delivery/index.js';
import type { Letter } from './domain/letter.js';

/** One e-mail to one person. */
export interface Mail extends Letter {
  /** The public id of its event, so the same mail sent twice has the same id. */
  readonly id: string;
  /** The public id of the person who gets it. */
  readonly recipientId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly date: Date;
}

/** The mail server says that there is no such address. */
export class AddressRefused extends FinalFailure {}

/** Sends e-mails. */
export abstract class MailTransport {
  /** How many mails to send at the same time. */
  readonly concurrency: number = 10;

  /** @throws FinalFailure when the mail is refused permanently, AddressRefused when that is because of its address; another error when it was not sent and may be sent again */
  abstract send(mail: Mail): Promise<void>;

  /** Checks, before the worker takes events, for a configuration that would fail every mail. @throws InvalidConfig */
  check(): void {}

  /** Deletes the mails to a person that it keeps. Returns how many it deleted. */
  forget(_recipientId: string): Promise<number> {
    return Promise.resolve(0);
  }

  close(): void {}
}
