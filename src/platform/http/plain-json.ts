import { findCardNumber, maskCardNumbers } from '../../shared/card-numbers.js';
import type { Violation } from '../../shared/errors.js';
import { CARD_NUMBER } from './card-number-refused.js';

/** Deeper bodies are nobody's order; they only cost stack. */
const MAX_DEPTH = 32;

/**
 * What JSON allows and a database or another program can't hold exactly: NUL, lone surrogates, numbers that
 * overflowed or lost digits (RFC 8259, sections 6 and 8.2; RFC 7493), names that JavaScript reserves, and very deep
 * nesting; and numbers of payment cards, which Till must not hold. Answers the first found.
 */
export function unsafeValue(value: unknown, pointer = '', depth = 0): Violation | undefined {
  if (typeof value === 'string') return unsafeText(value, pointer);
  if (typeof value === 'number') return unsafeNumber(value, pointer);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAX_DEPTH) return { pointer, code: 'too_deep', message: `is nested deeper than ${MAX_DEPTH} levels` };
  for (const [key, member] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const found = unsafeText(key, at) ?? reservedName(key, at) ?? unsafeValue(member, at, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** Members with these names would be lost on their way through class-transformer; better refused than lost. */
function reservedName(key: string, pointer: string): Violation | undefined {
  if (!(key in Object.prototype) && key !== 'prototype') return undefined;
  return { pointer, code: 'reserved_name', message: 'has a name that JavaScript reserves; choose another one' };
}

function unsafeText(text: string, pointer: string): Violation | undefined {
  if (text.includes('\0'))
    return { pointer: pointer.replaceAll('\0', ''), code: 'nul', message: 'contains a NUL character' };
  if (!text.isWellFormed())
    return { pointer: pointer.toWellFormed(), code: 'malformed_text', message: 'contains half of a surrogate pair' };
  if (findCardNumber(text)) return cardNumber(pointer);
  return undefined;
}

function cardNumber(pointer: string): Violation {
  return { pointer: maskCardNumbers(pointer), code: CARD_NUMBER, message: 'contains the number of a payment card' };
}

/** Money has 12 digits at most, so no amount is taken for a card. */
const THIRTEEN_DIGITS = 1e12;

function unsafeNumber(value: number, pointer: string): Violation | undefined {
  if (!Number.isFinite(value)) return { pointer, code: 'number_range', message: 'is too large a number' };
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { pointer, code: 'number_range', message: 'is a whole number beyond 2^53 - 1, which programs round' };
  }
  if (value >= THIRTEEN_DIGITS && findCardNumber(String(value))) return cardNumber(pointer);
  return undefined;
}
