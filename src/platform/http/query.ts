/**
 * Returns a query without its empty parameters: `?maxPrice=`, as forms send empty fields, means that the parameter is absent. Removes
 * the empty values of a repeated parameter.
 */
export function withoutEmpty(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(query).flatMap(([name, value]): [string, unknown][] => {
    if (!Array.isArray(value)) return value === '' ? [] : [[name, value]];
    const values: unknown[] = value.filter((one) => one !== '');
    return values.length === 0 ? [] : [[name, values.length === 1 ? values[0] : values]];
  });
  return Object.fromEntries(given);
}
