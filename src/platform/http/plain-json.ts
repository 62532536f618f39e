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
  const found = unsafeAt(value, '', 0, { values: maxValues });
  return found && { ...found, pointer: shown(found) };
}

/** The pointer of what is refused may itself hold what is refused. */
function shown({ pointer, code }: Violation): string {
  const plain = pointer.replaceAll('\0', '').toWellFormed();
  return code === CARD_NUMBER ? maskCardNumbers(plain.slice(0, LONGEST_POINTER)) : plain;
}

/** `name`: of the member that holds the value. The pointer of what it returns begins at the value. */
function unsafeAt(value: unknown, name: string, depth: number, budget: Budget): Violation | undefined {
  if (typeof value === 'string') return unsafeText(value, name);
  if (typeof value === 'number') return unsafeNumber(value, name);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAX_DEPTH) return here('too_deep', `is nested deeper than ${MAX_DEPTH} levels`);
  const keys = Object.keys(value);
  const isList = Array.isArray(value);
  const tooMany = tooManyIn(isList, keys.length, budget);
  if (tooMany) return tooMany;
  for (const key of keys) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    const found = isList
      ? unsafeAt(member, name, depth + 1, budget)
      : (unsafeText(key, '') ?? reservedName(key) ?? unsafeAt(member, key, depth + 1, budget));
    if (found) return { ...found, pointer: `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}${found.pointer}` };
  }
  return undefined;
}

function here(code: string, message: string): Violation {
  return { pointer: '', code, message };
}

function tooManyIn(isList: boolean, count: number, budget: Budget): Violation | undefined {
  if (!isList && count > MAX_MEMBERS) return here('too_many_members', `has more than ${MAX_MEMBERS} members`);
  budget.values -= count;
  if (budget.values >= 0) return undefined;
  return here('too_many_values', 'is where the request has more values than this address takes');
}

/** Members with these names are refused, because class-transformer would lose them. */
function reservedName(key: string): Violation | undefined {
  if (!(key in Object.prototype) && key !== 'prototype') return undefined;
  return here('reserved_name', 'has a name that JavaScript reserves; choose another one');
}

function unsafeText(text: string, name: string): Violation | undefined {
  if (text.includes('\0')) return here('nul', 'contains a NUL character');
  if (!text.isWellFormed()) return here('malformed_text', 'contains half of a surrogate pair');
  return findCardNumber(text) && !holdsCodes(name) ? cardNumber() : undefined;
}

function cardNumber(): Violation {
  return here(CARD_NUMBER, 'contains the number of a payment card');
}

/** Amounts have at most 12 digits, so they never look like a card number. */
const FOURTEEN_DIGITS = 1e13;

function unsafeNumber(value: number, name: string): Violation | undefined {
  if (!Number.isFinite(value)) return here('number_range', 'is too large a number');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return here('number_range', 'is a whole number beyond 2^53 - 1, which programs round');
  }
  const size = Math.abs(value);
  return size >= FOURTEEN_DIGITS && findCardNumber(String(size)) && !holdsCodes(name) ? cardNumber() : undefined;
}
