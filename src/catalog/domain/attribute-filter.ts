/** For each attribute the values of which one must match. */
export type AttributeFilter = Readonly<Record<string, readonly string[]>>;

/** JSON's own grammar of numbers (RFC 8259, section 6), no exponent. */
const number = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/;
/** Names that no plain object can hold safely. */
const unsafeNames = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Gathers keys like `attributes[color]` of a flat query under `attributes`; a key given twice means "either".
 * Other keys, also malformed ones, stay as they are.
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
 * JSON texts of which a product's attributes must contain one (jsonb `@>`): a query has only text, while an attribute
 * may be text, number, boolean, or a list that holds it.
 */
export function candidatesOf(name: string, values: readonly string[]): string[] {
  const scalars = values.flatMap((text) => [
    text,
    ...(number.test(text) ? [Number(text)] : []),
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
  ]);
  return scalars.flatMap((scalar) => [JSON.stringify({ [name]: scalar }), JSON.stringify({ [name]: [scalar] })]);
}
