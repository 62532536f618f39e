/** A type of events, all of one thing (`order.*`), or all (`*`). */
export const FILTER = /^(?:\*|[a-z][a-z_]*\.(?:\*|[a-z][a-z_]*))$/;

/** Whether one of the filters covers events of this type. */
export function wants(filters: readonly string[], type: string): boolean {
  const ofThing = `${type.slice(0, type.indexOf('.'))}.*`;
  return filters.some((filter) => filter === '*' || filter === type || filter === ofThing);
}
