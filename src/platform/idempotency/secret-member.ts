const names = new Set<string>();

/**
 * Marks a member of a request's body as secret, such as a password: a fingerprint of the request has a keyed hash of it, since
 * a plain one would be guessed offline from a leaked table. Holds for members of this name in every body.
 */
export function SecretMember(): PropertyDecorator {
  return (_target, name) => void names.add(String(name));
}

/** Whether members of this name are secret. */
export function isSecretMember(name: string): boolean {
  return names.has(name);
}
