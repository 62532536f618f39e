/**
 * The WHERE of a list whose filters are optional: of each condition, such as `o.status =`, whose value is given. Values become
 * `parameters`, never text; only what applies is in the text, so that each filter has its index.
 */
export function whereOf(parameters: unknown[], conditions: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  const texts = given.map(([condition, value]) => `${condition} $${parameters.push(value)}`);
  return texts.length > 0 ? `WHERE ${texts.join(' AND ')}` : '';
}
