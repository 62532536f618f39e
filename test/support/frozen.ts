/**
 * The value, frozen with all that it holds: whoever writes into it throws (modules are strict). A `Date` keeps its time in
 * an internal slot that no freeze reaches.
 */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) frozen(member);
  return value;
}
