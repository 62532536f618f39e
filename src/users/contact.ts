import type { UserId } from '../shared/ids.js';
import type { Language } from '../shared/languages.js';

/** Where to send mail to a person, and in which language. */
export interface Contact {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly language: Language;
}
