import { createTill, ok, type Till } from '@till/client';

/**
 * Makes an account of a customer, and signs in. Till answers the same for an address that has an account already, whose owner gets a mail: then
 * this throws a TillProblem of the sign-in (`invalid_credentials`), unless the password is that of the account.
 */
export async function register(
  baseUrl: string,
  person: { email: string; password: string; name: string },
): Promise<Till> {
  const till = createTill({ baseUrl });
  await ok(till.POST('/v1/auth/register', { body: person }));
  await till.signIn({ email: person.email, password: person.password });
  return till;
}
