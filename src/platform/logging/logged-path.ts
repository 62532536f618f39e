/** What ids look like; anything else in an address may be something that somebody typed. */
const ID = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/;

/** The pattern of a route with the ids that were asked for in it: `/v1/users/usr_...`. */
export function loggedPath(route: string | undefined, parameters: unknown): string {
  if (route === undefined) return 'none';
  const values = (parameters ?? {}) as Record<string, unknown>;
  return route.replaceAll(/:(\w+)/g, (pattern, name: string) => {
    const value = values[name];
    return typeof value === 'string' && ID.test(value) ? value : pattern;
  });
}
