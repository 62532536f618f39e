/** Allowed values by attribute: one of them must match. */
export type AttributeFilter = Readonly<Record<string, readonly string[]>>;

/** JSON's own grammar of numbers (RFC 8259, section 6), no exponent. */
const number = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/;
/** Names that a plain object can't hold safely. */
const unsafeNames = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Collects keys such as `attributes[color]` of a flat query under `attributes`; a repeated key means "either value".
 * Other keys, including malformed ones, stay unchanged.
 */
export function nestAttributes(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  const attributes: Record<string, unknown[]> = {};
  for (const [key, value] of Object.entries(query)) {
    const name = /^attributes\[([^[\]]+)\]$/.exec(key)?.[1];
    if (name === undefined || unsafeNames.has(name)) rest[key] = value;
    else attributes[name] = [value].flat();
  }
  return Object.keys(attributes).length > 0 ? { attributes, ...rest } : rest;
}

/**
 * JSON texts of which a product's attributes must contain one (jsonb `@>`): a query holds only text, while an attribute may
 * be a text, a number, a boolean, or a list with the value.
 */
export function candidatesOf(name: string, values: readonly string[]): string[] {
  const scalars = values.flatMap((text) => [
    text,
    ...(number.test(text) ? [Number(text)] : []),
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
  ]);
  return scalars.flatMap((scalar) => [JSON.stringify({ [name]: scalar }), JSON.stringify({ [name]: [scalar] })]);
}
