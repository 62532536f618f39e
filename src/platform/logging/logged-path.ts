/** The form of ids. Anything else in a URL may be personal input. */
const ID = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/;

/** Returns the pattern of a route with the requested ids: `/v1/users/usr_...`. */
export function loggedPath(route: string | undefined, parameters: unknown): string {
  if (route === undefined) return 'none';
  const values = (parameters ?? {}) as Record<string, unknown>;
  return route.replaceAll(/:(\w+)/g, (pattern, name: string) => {
    const value = values[name];
    return typeof value === 'string' && ID.test(value) ? value : pattern;
  });
}
