import { createHash } from 'node:crypto';

const MAX_AGE_MS = 300_000;
const DIGEST = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';

interface Token {
  readonly Username?: unknown;
  readonly Password?: { readonly attributes?: { readonly Type?: unknown }; readonly $value?: unknown };
  readonly Nonce?: { readonly $value?: unknown };
  readonly Created?: unknown;
}

/** Checks UsernameTokens with a digest (OASIS, Username Token Profile 1.1, section 3.1): each nonce once, 300 s at most. */
export class TokenCheck {
  private readonly seen = new Set<string>();

  constructor(
    private readonly username: string,
    /** The one that is valid; another one revokes it. */
    public password: string,
  ) {}

  /** The fault code of a token that is refused. */
  refusal(
    security: unknown,
    now = new Date(),
  ): 'FailedAuthentication' | 'MessageExpired' | 'InvalidSecurity' | undefined {
    const { UsernameToken: token } = (security ?? {}) as { readonly UsernameToken?: Token };
    const nonce = token?.Nonce?.$value;
    const created = token?.Created instanceof Date ? token.Created.toISOString() : token?.Created;
    if (!token || typeof nonce !== 'string' || typeof created !== 'string') return 'InvalidSecurity';
    if (token.Password?.attributes?.Type !== DIGEST) return 'InvalidSecurity';
    const digest = createHash('sha1').update(Buffer.from(nonce, 'base64')).update(created).update(this.password);
    if (token.Username !== this.username || token.Password.$value !== digest.digest('base64'))
      return 'FailedAuthentication';
    if (Math.abs(now.getTime() - Date.parse(created)) > MAX_AGE_MS) return 'MessageExpired';
    if (this.seen.has(nonce)) return 'FailedAuthentication';
    this.seen.add(nonce);
    return undefined;
  }
}
