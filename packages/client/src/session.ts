import type { components } from './generated/api.js';

/** The tokens of a sign-in. */
export type Tokens = components['schemas']['LoginView'];
/** What a sign-in returns instead of tokens for an account with a second factor. */
export type SecondFactor = components['schemas']['MfaView'];

/** A session that a program can store and give to another client. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}

type Post = (path: string, body: object, key: string) => Promise<Response>;

/** A token is refreshed so long before it expires, in milliseconds. */
const EARLY_MS = 30_000;

/** The tokens of a client. Several requests at once refresh them once. */
export class SessionKeeper {
  private refreshing: Promise<void> | undefined;
  /** A refresh whose answer is not known. */
  private open: { readonly session: Session; readonly key: string } | undefined;

  constructor(
    private session: Session | undefined,
    private readonly post: Post,
    private readonly changed: (session: Session | undefined) => void,
  ) {}

  /** Takes the tokens of a response of Till. */
  keep({ accessToken, refreshToken, expiresIn }: Tokens): void {
    this.set({ accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });
  }

  /** Returns an access token that is valid for a while; undefined without a session. */
  async token(): Promise<string | undefined> {
    if (this.session && this.session.expiresAt - Date.now() < EARLY_MS) await this.refresh();
    return this.session?.accessToken;
  }

  /** Returns another token than the one that was refused; undefined if there is none. */
  async tokenAfter(refused: string): Promise<string | undefined> {
    if (this.session?.accessToken === refused) await this.refresh();
    return this.session?.accessToken === refused ? undefined : this.session?.accessToken;
  }

  /** Ends the session here and in Till. */
  async end(): Promise<void> {
    const { session } = this;
    this.set(undefined);
    if (session) await this.post('/v1/auth/logout', { refreshToken: session.refreshToken }, crypto.randomUUID());
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.exchange().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /**
   * A session that Till ended is over; after any other failure it may still be refreshed. If the answer got lost, Till takes the same token
   * again by the same key; without it, it would take the repeat for a thief's and end the session.
   */
  private async exchange(): Promise<void> {
    const { session } = this;
    if (!session) return;
    this.open = this.open?.session === session ? this.open : { session, key: crypto.randomUUID() };
    const response = await this.post('/v1/auth/refresh', { refreshToken: session.refreshToken }, this.open.key);
    const tokens = response.ok ? ((await response.json()) as Tokens) : undefined;
    // Meanwhile somebody may have signed out, or in as somebody else.
    if (this.session !== session) return;
    if (tokens) this.keep(tokens);
    else if (response.status === 401) this.set(undefined);
  }

  private set(session: Session | undefined): void {
    this.session = session;
    this.changed(session);
  }
}
