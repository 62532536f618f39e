import { z } from 'zod';
import { InvalidPasskey } from './passkeys.errors.js';

const bytes = z
  .string()
  .max(12_000)
  .regex(/^[\w-]+$/);
const common = { id: bytes, rawId: bytes, type: z.literal('public-key') };

/** What `PublicKeyCredential.toJSON()` returns; browsers add further members, which count for nothing. */
const registration = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z
      .array(
        z
          .string()
          .regex(/^[a-z-]{1,20}$/)
          .catch(''),
      )
      .max(10)
      .default([]),
  }),
});
const assertion = z.object({
  ...common,
  response: z.object({ clientDataJSON: bytes, authenticatorData: bytes, signature: bytes, userHandle: bytes }),
});
export type RegistrationJson = z.output<typeof registration>;
export type AssertionJson = z.output<typeof assertion>;

/** Section 5.8.1 of WebAuthn. */
const clientData = z.object({ challenge: bytes, crossOrigin: z.boolean().optional() });

/** @throws InvalidPasskey */
export const readRegistration = (json: object): RegistrationJson => read(registration, json);
/** @throws InvalidPasskey */
export const readAssertion = (json: object): AssertionJson => read(assertion, json);

/** Returns the challenge that was signed. Refuses what was signed in a frame of another origin. @throws InvalidPasskey */
export function challengeOf({ response }: { readonly response: { readonly clientDataJSON: string } }): string {
  const { challenge, crossOrigin } = read(clientData, parsed(response.clientDataJSON));
  if (crossOrigin === true) throw new InvalidPasskey('in a frame of another origin');
  return challenge;
}

function read<T extends z.ZodType>(schema: T, json: unknown): z.output<T> {
  const result = schema.safeParse(json);
  if (!result.success) throw new InvalidPasskey('malformed');
  return result.data;
}

function parsed(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString());
  } catch {
    throw new InvalidPasskey('malformed client data');
  }
}
