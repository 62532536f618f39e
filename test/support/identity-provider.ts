import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** What a provider knows of a person. */
export interface ProviderAccount {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

export interface IdentityProviderOptions {
  readonly redirectUri: string;
  /** Whether the ID token has the claims of the person; else they are at the user info endpoint. */
  readonly claimsInIdToken?: boolean;
}

export const CLIENT = { id: 'till', secret: 'a secret of this client alone' } as const;

export type TestIdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;

/** A real OpenID Connect provider, and a browser that signs in there. */
export async function startIdentityProvider({ redirectUri, claimsInIdToken = false }: IdentityProviderOptions) {
  const accounts = new Map<string, ProviderAccount>();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !claimsInIdToken,
    cookies: { keys: ['of a test'] },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ ...accounts.get(sub), sub }) }),
  });
  const handle = provider.callback();

  return {
    issuer,
    /** What the provider says about this subject from now on. */
    knows: (subject: string, account: ProviderAccount) => void accounts.set(subject, account),
    /** Signs in as this subject, and returns the query of the URL at which the browser arrives. */
    signIn: (authorizationUrl: string, subject: string) => browse(authorizationUrl, subject, redirectUri),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Follows redirections and sends forms, as a person who signs in and consents. */
async function browse(start: string, subject: string, end: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next: { url: string; form?: URLSearchParams } = { url: start };
  for (let step = 0; step < 20; step += 1) {
    if (next.url.startsWith(end)) return new URL(next.url).search.slice(1);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(next.url, {
      redirect: 'manual',
      headers: { cookie },
      ...(next.form && { method: 'POST', body: next.form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = response.headers.get('location');
    const text = await response.text();
    next = location
      ? { url: new URL(location, next.url).href }
      : { url: actionOf(text, next.url), form: formOf(text, subject) };
  }
  throw new Error(`The provider does not let ${subject} in.`);
}

function actionOf(html: string, url: string): string {
  const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1];
  if (!action) throw new Error(`The provider shows no form: ${html}`);
  return new URL(action, url).href;
}

function formOf(html: string, subject: string): URLSearchParams {
  const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? '';
  return new URLSearchParams({ prompt, ...(prompt === 'login' && { login: subject, password: 'any' }) });
}
