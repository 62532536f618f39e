import { findCardNumber, maskCardNumbers } from '../../shared/card-numbers.js';
import type { Violation } from '../../shared/errors.js';
import { MAX_VALUES } from '../routes/index.js';
import { CARD_NUMBER } from './card-number-refused.js';
import { holdsCodes } from './code-fields.js';

/** The maximum depth of a body. */
const MAX_DEPTH = 32;
/** The maximum number of members of one object, because libraries read large objects slowly. */
const MAX_MEMBERS = 250;
/** A pointer to what is refused is cut before it is masked; what is shown of it is shorter still. */
const LONGEST_POINTER = 1000;

/** The remaining budget of one request. */
interface Budget {
  values: number;
}

/**
 * Finds values that JSON allows but a database or another program can't hold exactly: NUL, lone surrogates, numbers that overflowed
 * or lost digits (RFC 8259, sections 6 and 8.2; RFC 7493), names that JavaScript reserves, very deep nesting and more than
 * `maxValues` values; and numbers of payment cards, which Till must not hold. Returns the first one.
 */
export function unsafeValue(value: unknown, maxValues = MAX_VALUES): Violation | undefined {
  return unsafeAt(value, '', 0, { values: maxValues });
}

function unsafeAt(
  value: unknown,
  pointer: string,
  depth: number,
  budget: Budget,
  isCode = false,
): Violation | undefined {
  if (typeof value === 'string') return unsafeText(value, pointer, isCode);
  if (typeof value === 'number') return unsafeNumber(value, pointer, isCode);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAX_DEPTH) return { pointer, code: 'too_deep', message: `is nested deeper than ${MAX_DEPTH} levels` };
  const members = Object.entries(value);
  const tooMany = tooManyIn(value, members.length, pointer, budget);
  if (tooMany) return tooMany;
  const isList = Array.isArray(value);
  for (const [key, member] of members) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const found = isList
      ? unsafeAt(member, at, depth + 1, budget, isCode)
      : (unsafeText(key, at) ?? reservedName(key, at) ?? unsafeAt(member, at, depth + 1, budget, holdsCodes(key)));
    if (found) return found;
  }
  return undefined;
}

function tooManyIn(value: object, count: number, pointer: string, budget: Budget): Violation | undefined {
  if (!Array.isArray(value) && count > MAX_MEMBERS)
    return { pointer, code: 'too_many_members', message: `has more than ${MAX_MEMBERS} members` };
  budget.values -= count;
  if (budget.values >= 0) return undefined;
  return { pointer, code: 'too_many_values', message: 'is where the request has more values than this address takes' };
}

/** Members with these names are refused, because class-transformer would lose them. */
function reservedName(key: string, pointer: string): Violation | undefined {
  if (!(key in Object.prototype) && key !== 'prototype') return undefined;
  return { pointer, code: 'reserved_name', message: 'has a name that JavaScript reserves; choose another one' };
}

function unsafeText(text: string, pointer: string, isCode = false): Violation | undefined {
  if (text.includes('\0'))
    return { pointer: pointer.replaceAll('\0', ''), code: 'nul', message: 'contains a NUL character' };
  if (!text.isWellFormed())
    return { pointer: pointer.toWellFormed(), code: 'malformed_text', message: 'contains half of a surrogate pair' };
  if (!isCode && findCardNumber(text)) return cardNumber(pointer);
  return undefined;
}

function cardNumber(pointer: string): Violation {
  const masked = maskCardNumbers(pointer.slice(0, LONGEST_POINTER));
  return { pointer: masked, code: CARD_NUMBER, message: 'contains the number of a payment card' };
}

/** Amounts have at most 12 digits, so they never look like a card number. */
const FOURTEEN_DIGITS = 1e13;

function unsafeNumber(value: number, pointer: string, isCode: boolean): Violation | undefined {
  if (!Number.isFinite(value)) return { pointer, code: 'number_range', message: 'is too large a number' };
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { pointer, code: 'number_range', message: 'is a whole number beyond 2^53 - 1, which programs round' };
  }
  const size = Math.abs(value);
  if (!isCode && size >= FOURTEEN_DIGITS && findCardNumber(String(size))) return cardNumber(pointer);
  return undefined;
}
