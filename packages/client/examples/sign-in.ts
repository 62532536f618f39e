import { createTill, ok, type Session } from '@till/client';

/** Signs in, with the code of an authenticator app where the account asks for one, and keeps the session for the next start. */
export async function signIn(
  baseUrl: string,
  credentials: { email: string; password: string },
  askForCode: () => Promise<string>,
): Promise<{ name: string; session: Session | undefined }> {
  let session: Session | undefined;
  const till = createTill({ baseUrl, onSession: (changed) => (session = changed) });
  const half = await till.signIn(credentials);
  if (half) await till.passSecondFactor(half.mfaToken, await askForCode());
  const { name } = await ok(till.GET('/v1/users/me'));
  return { name, session };
}
