import type { MailKind } from './mail-kinds.js';

/** The words of one mail: Eta templates, whose values `it` has. Paragraphs before and after what is listed or linked. */
export interface MailWords {
  readonly subject: string;
  readonly before: readonly string[];
  readonly after?: readonly string[];
}

/** All words of one language. */
export interface Words {
  /** `it.name` may be empty. */
  readonly greeting: string;
  readonly link: string;
  readonly token: string;
  readonly total: string;
  readonly refunded: string;
  readonly discount: string;
  /** `it.rate` is a percentage. */
  readonly tax: string;
  readonly includedTax: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly mails: Readonly<Record<MailKind, MailWords>>;
}
