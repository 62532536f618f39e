import type { FastifyRequest } from 'fastify';
import { findCardNumber, maskCardNumbers } from '../../shared/card-numbers.js';
import { DomainError, type Violation } from '../../shared/errors.js';
import { holdsCodes } from './code-fields.js';

export const CARD_NUMBER = 'card_number_refused';

/** The request has the number of a payment card. It is refused before anything is stored, logged or sent on. */
export class CardNumberRefused extends DomainError {
  readonly code = CARD_NUMBER;
  readonly kind = 'invalid';

  constructor(violation: Violation) {
    super('The request holds the number of a payment card. Send the token that the payment provider made of it.', {
      violations: [violation],
    });
  }
}

/** Header fields that Till stores or logs, except the Idempotency-Key, whose random digits may look like a card. */
const keptHeaders = ['x-request-id', 'user-agent'];

/** Returns where a request has a card number outside its body: in a stored header field, or in its URL. */
export function cardNumberOutsideBody({
  headers,
  url,
}: Pick<FastifyRequest, 'headers' | 'url'>): Violation | undefined {
  const header = keptHeaders.find((name) => findCardNumber(String(headers[name] ?? '')));
  if (header)
    return { pointer: `/${header}`, code: CARD_NUMBER, message: 'is a header with the number of a payment card' };
  if (!findCardNumber(readable(withoutCodes(url)))) return undefined;
  return { pointer: '', code: CARD_NUMBER, message: 'is an address with the number of a payment card' };
}

/** Returns a URL that may be logged and sent back, with its card numbers hidden. */
export function safeAddress(url: string): string {
  const text = readable(url);
  return findCardNumber(text) ? encodeURI(maskCardNumbers(text)) : url;
}

/** Returns the URL without the parameters for codes. */
function withoutCodes(url: string): string {
  const query = url.indexOf('?') + 1;
  if (query === 0) return url;
  const parameters = url.slice(query).split('&');
  const searched = parameters.filter((parameter) => !holdsCodes(parameter.split('=', 1)[0]!));
  return url.slice(0, query) + searched.join('&');
}

/** Returns the URL without percent-encoding, which could hide digits; unchanged if it can't be decoded. */
function readable(url: string): string {
  if (!url.includes('%') && !url.includes('+')) return url;
  try {
    return decodeURIComponent(url.replaceAll('+', ' '));
  } catch {
    return url;
  }
}
