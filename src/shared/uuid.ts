import { randomBytes } from 'node:crypto';
import { steadyNow } from './steady-time.js';

const COUNTER_END = 0x1000;
/** Ids per batch of random digits: a system call per id would cost more than everything else. */
const POOLED = 512;
/** Hexadecimal digits after the version's 12 bits: the variant with 2 random bits, and 60 random bits. */
const TAIL_DIGITS = 16;

let lastMs = 0;
let counter = 0;
/** The first 15 characters, which ids of one millisecond share. */
let head = '';
let pool = '';
let drawn = 0;

/**
 * A UUIDv7 (RFC 9562, section 5.7) as text, greater than every one that this process made before it: 48 bits of Unix
 * time in milliseconds, a 12-bit counter (section 6.2, method 1) that each millisecond starts at a random number below
 * half of its range, and 62 random bits. When the counter runs over, or the clock goes back, the time of the last id is
 * kept or moved on by one millisecond.
 */
export function uuidv7(): string {
  const now = Math.floor(steadyNow());
  counter += 1;
  if (now > lastMs) begin(now);
  else if (counter === COUNTER_END) begin(lastMs + 1);
  return `${head}${hex(counter, 3)}-${tail()}`;
}

/** A UUIDv7 of this Unix time in milliseconds, for what is said to have been made then; those of one time are in no order. */
export function uuidv7At(ms: number): string {
  return `${headOf(ms)}${tail().slice(-3)}-${tail()}`;
}

/** The least UUIDv7 of this Unix time in milliseconds: every one that was made then or later is greater. */
export const leastUuidv7At = (ms: number): string => `${headOf(ms)}000-8000-000000000000`;

function begin(ms: number): void {
  lastMs = ms;
  counter = Number.parseInt(digits().slice(0, 3), 16) >>> 1;
  head = headOf(ms);
}

function headOf(ms: number): string {
  const time = hex(ms, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7`;
}

function tail(): string {
  const random = digits();
  const variant = '89ab'[Number.parseInt(random[0]!, 16) & 3]!;
  return `${variant}${random.slice(1, 4)}-${random.slice(4)}`;
}

function digits(): string {
  if (drawn === pool.length) {
    pool = randomBytes((POOLED * TAIL_DIGITS) / 2).toString('hex');
    drawn = 0;
  }
  drawn += TAIL_DIGITS;
  return pool.slice(drawn - TAIL_DIGITS, drawn);
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
