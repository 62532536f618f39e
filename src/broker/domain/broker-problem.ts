const problems: readonly (readonly [RegExp, string])[] = [
  [/ACCESS[-_]REFUSED/, 'It refuses the user, the password, or a right that it takes.'],
  [/NOT[-_]ALLOWED/, 'It has no such virtual host, or this user may not use it.'],
  [/PRECONDITION[-_]FAILED/, 'The exchange is of another kind.'],
  [/NOT[-_]FOUND/, 'The exchange is gone.'],
  [/CERT|certificate|SELF_SIGNED|ALTNAME/, 'Its certificate is refused: BROKER_CA has the authority of a private one.'],
  [/ERR_SSL|EPROTO/, 'It speaks no TLS there.'],
];

/** Says why there is no connection, in words that name no address and no value. */
export function problemOf(error: Error & { readonly code?: unknown }): string {
  const known = problems.find(([pattern]) => pattern.test(`${String(error.code)} ${error.message}`));
  return known?.[1] ?? 'It does not answer.';
}
