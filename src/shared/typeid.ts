/** Crockford's base32 in lower case: no i, l, o and u. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
/** Two digits for each number of 10 bits. */
const PAIRS = Array.from({ length: 1024 }, (_, value) => DIGITS[value >>> 5]! + DIGITS[value & 31]!);
/** The value of each digit by its character code; -1 for what is none. */
const VALUES = Int8Array.from({ length: 128 }, (_, code) => DIGITS.indexOf(String.fromCharCode(code)));
const LENGTH = 26;
/** Two hexadecimal digits for each byte. */
const BYTES = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));
/** The value of each hexadecimal digit by its character code. */
const HEX_VALUES = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);

/**
 * The suffix of a TypeID (https://github.com/jetify-com/typeid/tree/main/spec, version 0.3): the 128 bits of a UUID as 26 digits
 * of 5 bits, of which the first has 3. `uuid` is its text in lower case.
 */
export function suffixOf(uuid: string): string {
  const a = (bits16(uuid, 0) << 16) | bits16(uuid, 4);
  const b = (bits16(uuid, 9) << 16) | bits16(uuid, 14);
  const c = (bits16(uuid, 19) << 16) | bits16(uuid, 24);
  const d = (bits16(uuid, 28) << 16) | bits16(uuid, 32);
  return (
    pair(a >>> 24) +
    pair(a >>> 14) +
    pair(a >>> 4) +
    pair((a << 6) | (b >>> 26)) +
    pair(b >>> 16) +
    pair(b >>> 6) +
    pair((b << 4) | (c >>> 28)) +
    pair(c >>> 18) +
    pair(c >>> 8) +
    pair((c << 2) | (d >>> 30)) +
    pair(d >>> 20) +
    pair(d >>> 10) +
    pair(d)
  );
}

/** The UUID of a suffix; `undefined` when the text is none. */
export function uuidOf(suffix: string): string | undefined {
  if (suffix.length !== LENGTH) return undefined;
  const values: number[] = [];
  for (let at = 0; at < LENGTH; at += 1) {
    const value = VALUES[suffix.charCodeAt(at)] ?? -1;
    if (value < 0) return undefined;
    values.push(value);
  }
  if (values[0]! > 7) return undefined; // more than 128 bits
  const from = (first: number, count: number) => bitsOf(values, first, count);
  const a = hex((from(0, 6) << 4) | (values[6]! >>> 1));
  const b = hex((values[6]! << 31) | (from(7, 6) << 1) | (values[13]! >>> 4));
  const c = hex((values[13]! << 28) | (from(14, 5) << 3) | (values[19]! >>> 2));
  const d = hex((values[19]! << 30) | from(20, 6));
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}

function pair(bits: number): string {
  return PAIRS[bits & 1023]!;
}

/** The 5 bits each of so many digits, joined. */
function bitsOf(values: readonly number[], first: number, count: number): number {
  let bits = 0;
  for (let at = first; at < first + count; at += 1) bits = (bits << 5) | values[at]!;
  return bits;
}

/** 32 bits as 8 hexadecimal digits. */
function hex(bits: number): string {
  return BYTES[bits >>> 24]! + BYTES[(bits >>> 16) & 255]! + BYTES[(bits >>> 8) & 255]! + BYTES[bits & 255]!;
}

/** The 16 bits of four hexadecimal digits. */
function bits16(text: string, at: number): number {
  return (nibble(text, at) << 12) | (nibble(text, at + 1) << 8) | (nibble(text, at + 2) << 4) | nibble(text, at + 3);
}

function nibble(text: string, at: number): number {
  return HEX_VALUES[text.charCodeAt(at)]!;
}
