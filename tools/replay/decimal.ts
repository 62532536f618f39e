const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,2}))?$/i;

export interface Price {
  /** Whole pence, rounded half up; 0 for a price below half a penny. */
  readonly pence: number;
  /** Whether the price as written is above zero, which 0.001 is although it rounds to no pence. */
  readonly positive: boolean;
}

/**
 * Reads pounds sterling as the file writes them (`2.55`, `27.5`, `0.001`) into whole pence, by digits alone: in binary
 * floating point 1.005 pounds would round down. Undefined when the text is no number or too large to count safely.
 */
export function parsePrice(text: string): Price | undefined {
  const match = decimal.exec(text);
  const digits = `${match?.[2] ?? ''}${match?.[3] ?? ''}`;
  if (!match || digits === '') return undefined;
  const exponent = Number(match[4] ?? 0) - (match[3] ?? '').length + 2;
  const magnitude = scaleHalfUp(BigInt(digits), exponent);
  if (magnitude > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const negative = match[1] === '-' && magnitude > 0n;
  return { pence: Number(negative ? -magnitude : magnitude), positive: match[1] !== '-' && BigInt(digits) > 0n };
}

/** Reads a whole number, also as `6.0`, which some exports of this data write. Undefined for anything else. */
export function parseWhole(text: string): number | undefined {
  if (!/^[+-]?\d+(\.0*)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function scaleHalfUp(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (digits * 2n + divisor) / (divisor * 2n);
}
