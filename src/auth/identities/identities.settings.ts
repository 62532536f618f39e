import { z } from 'zod';
import { section, sendsInTheClear, url } from '../../platform/config/index.js';

/** An OpenID Connect provider with which people sign in. */
const provider = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be a short name of a-z, 0-9 and hyphens'),
  name: z.string().min(1).max(100),
  issuer: url('https', 'http').refine((text) => !sendsInTheClear(text), { error: 'must be an https URL' }),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  redirectUris: z.array(url('https', 'http')).min(1),
  linkByEmail: z.boolean().default(true),
});
export type IdentityProvider = z.output<typeof provider>;

const providers = z
  .string()
  .transform((text, { addIssue, value }): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      addIssue({ code: 'custom', message: 'must be JSON', input: value });
      return z.NEVER;
    }
  })
  .pipe(z.array(provider).max(20))
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, { error: 'must have each id once' });

/** Without providers nobody signs in in this way, and the library is not loaded. */
export const identitySettings = section({
  variables: { OIDC_PROVIDERS: providers.optional() },
  secrets: ['OIDC_PROVIDERS'],
  settings: ({ OIDC_PROVIDERS }) => ({ providers: OIDC_PROVIDERS ?? [] }),
});
