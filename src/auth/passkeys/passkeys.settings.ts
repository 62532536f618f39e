import { z } from 'zod';
import { origins, section } from '../../platform/config/index.js';

const domain = z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?$/, {
  error: 'must be a domain such as shop.example, without port and scheme',
});

export const passkeySettings = section({
  variables: { PASSKEY_RP_ID: domain.optional(), PASSKEY_ORIGINS: origins.default([]) },
  secrets: [],
  problems: ({ PASSKEY_RP_ID, PASSKEY_ORIGINS = [], PUBLIC_URL }) => {
    const rpId = PASSKEY_RP_ID ?? (PUBLIC_URL && new URL(PUBLIC_URL).hostname);
    const outside = PASSKEY_ORIGINS.filter((origin) => rpId && !isWithin(origin, rpId));
    return outside.map(
      (origin) =>
        `PASSKEY_ORIGINS: ${origin} is neither ${rpId} nor below it (PASSKEY_RP_ID), so no browser has a passkey there`,
    );
  },
  settings: ({ PASSKEY_RP_ID, PASSKEY_ORIGINS }, { http }) => {
    const own = new URL(http.publicUrl);
    const rpId = PASSKEY_RP_ID ?? own.hostname;
    const all = [...PASSKEY_ORIGINS, ...(isWithin(own.origin, rpId) ? [own.origin] : [])];
    /** The domain to which passkeys belong (WebAuthn's RP ID), and the origins of pages that may use them. */
    return { rpId, origins: [...new Set(all)] };
  },
});

/** Browsers let a page use the passkeys of its own host and of the domains above it. */
function isWithin(origin: string, rpId: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === rpId || hostname.endsWith(`.${rpId}`);
}
