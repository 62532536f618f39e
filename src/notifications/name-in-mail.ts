import { looksLikeLink } from '../users/index.js';
import { oneLine } from './domain/letter.js';

/** A person's name on one line; empty if a mail program could make a link of it. */
export function nameInMail(name: string): string {
  return looksLikeLink(name) ? '' : oneLine(name);
}
