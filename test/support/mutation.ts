/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const numbers = [0, 1, 2, -1, -0, 0.5, 2 ** 31, 2 ** 53, 1e308, 999_999_999_999, 1e12];
const texts = ['', '\0', '\ud800', '\u202e', '%00', "'; --", '1e400', 'NaN', 'prd_', 'EUR', 'x'.repeat(5000)];
const others = [null, true, false, {}, [], [[]], [null], { a: { b: [] } }];
const names = ['__proto__', 'toString', '', 'a\0', '\ud800', '0', 'extra'];
const breaks = ['', '"', '}', '\0', ',', '\\', '1e999', 'null'];

/**
 * The JSON text of a body in which up to three values are replaced by any others (these among them), taken out or
 * joined by members that nobody asked for; one text in ten is broken besides.
 */
export function mutated(random: () => number, body: unknown, values: readonly unknown[]): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const anything = [...numbers, ...texts, ...others, ...values];
  let text = JSON.stringify(body);
  for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
    const copy = JSON.parse(text) as unknown;
    const holder = pick(holdersIn(copy));
    if (!holder) break;
    const key = pick([...Object.keys(holder), pick(names)]);
    const value = random() < 0.2 ? undefined : pick(anything);
    Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
    text = JSON.stringify(copy);
  }
  if (random() > 0.1) return text;
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + pick(breaks) + text.slice(at + 1);
}

/** The value itself and all inside it that have members. */
function holdersIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(holdersIn)];
}
