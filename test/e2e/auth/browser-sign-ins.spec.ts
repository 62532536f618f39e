import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../../src/shared/clock.js';
import { Authenticator } from '../../support/authenticator.js';
import { chromium, pageWithAuthenticator, startBrowser, startShop } from '../../support/browser.js';
import { buildClient } from '../../support/client.js';
import { CLIENT, startIdentityProvider, type TestIdentityProvider } from '../../support/identity-provider.js';
import { api, scenario } from '../../support/scenario.js';

const PASSWORD = 'four quiet grey herons';
const BROWSER = 60_000;
const where = chromium ? '' : ' (not run: there is no chromium-headless-shell)';

let shop: Awaited<ReturnType<typeof startShop>>;
let provider: TestIdentityProvider;
let browser: Browser;
let page: Page;
let email: string;

/** The api at the host of the shop, so that its cookies are those of the same site. */
const baseUrl = () => `http://localhost:${new URL(api.url).port}`;
async function open(path: string): Promise<void> {
  await page.goto(shop.origin + path);
  await page.waitForFunction(`'makeTill' in globalThis`);
  await page.evaluate(`makeTill(${JSON.stringify(baseUrl())})`);
}
/** Calls the client of the page. */
const till = <T>(method: string, ...parameters: unknown[]) =>
  page.evaluate(`till.${method}(...${JSON.stringify(parameters)})`) as Promise<T>;
const signIn = () => till<{ mfaToken: string } | undefined>('signIn', { email, password: PASSWORD });
const who = () => page.evaluate(`till.GET('/v1/users/me').then(({ data }) => data?.email)`);
/** Sends a request of the page with the cookies that the browser has. */
const withCookies = (method: string, path: string, body?: object) =>
  page.evaluate(`fetch(${JSON.stringify(baseUrl() + path)}, {
      method: '${method}', credentials: 'include',
      ${body ? `headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body))}` : ''}
    }).then(async (it) => ({ status: it.status, body: await it.json().catch(() => undefined) }))`);

describe.skipIf(!chromium)(`In Chromium${where}`, { timeout: BROWSER }, () => {
  scenario({
    people: [],
    unchecked: true,
    env: async () => {
      await buildClient();
      shop = await startShop();
      const redirectUri = `${shop.origin}/arrived`;
      provider = await startIdentityProvider({ redirectUri, claimsInIdToken: true });
      const client = { clientId: CLIENT.id, clientSecret: CLIENT.secret, redirectUris: [redirectUri] };
      return {
        OIDC_PROVIDERS: JSON.stringify([{ id: 'acme', name: 'Acme', issuer: provider.issuer, ...client }]),
        COOKIE_SESSIONS: 'yes',
        CORS_ORIGINS: shop.origin,
        PASSKEY_ORIGINS: shop.origin,
      };
    },
  });
  beforeAll(async () => {
    browser = await startBrowser();
  }, BROWSER);
  beforeEach(async () => {
    email = `${randomUUID()}@till.test`;
    await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
    page = await pageWithAuthenticator(browser);
    await open('/');
  }, BROWSER);
  afterEach(() => api.moveClock(0));
  afterAll(async () => {
    await browser?.close();
    await Promise.all([shop?.close(), provider?.close()]);
  });

  it('a person adds a passkey, signs out, and signs in with it alone', async () => {
    expect(await signIn()).toBeUndefined();
    expect(await till('addPasskey', 'Laptop')).toHaveLength(10);
    await till('signOut');
    expect(await who()).toBeUndefined();
    await till('signInWithPasskey');
    expect(await who()).toBe(email);
    expect(await signIn()).toMatchObject({ mfaRequired: true });
  });

  it('a person signs in with the password and a code of an authenticator app', async () => {
    await signIn();
    const { data } = await till<{ data: { secret: string } }>('POST', '/v1/auth/mfa/totp');
    const app = new Authenticator(data.secret);
    // The api's time stands still, so that no code becomes too old on its way.
    const now = Date.now();
    api.app.get(Clock).now = () => new Date(now);
    const body = { code: app.codeAt(now / 1000 - 30) };
    await till('POST', '/v1/auth/mfa/totp/confirmation', { body });
    await till('signOut');
    const half = await signIn();
    await till('passSecondFactor', half!.mfaToken, app.codeAt(now / 1000));
    expect(await who()).toBe(email);
  });

  it('a person signs in at an OpenID Connect provider, and is led back', async () => {
    const address = `${randomUUID()}@till.test`;
    provider.knows('ada', { email: address, email_verified: true, name: 'Ada' });
    const begun = (await withCookies('POST', '/v1/auth/providers/acme/authorizations', {})) as {
      body: { authorizationUrl: string; flow: string };
    };
    await page.evaluate(`sessionStorage.setItem('flow', ${JSON.stringify(begun.body.flow)})`);
    await page.goto(begun.body.authorizationUrl);
    await page.type('input[name=login]', 'ada');
    await page.type('input[name=password]', 'any');
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[value=consent]');
    await Promise.all([page.waitForNavigation(), page.evaluate(`document.forms[0].requestSubmit()`)]);
    await page.waitForFunction(`location.pathname === '/arrived'`);
    const [flow, callback] = (await page.evaluate(
      `[sessionStorage.getItem('flow'), location.search.slice(1)]`,
    )) as string[];
    const body = { flow, callback, cookie: true };
    expect(await withCookies('POST', '/v1/auth/providers/acme/sign-ins', body)).toMatchObject({ status: 200 });
    expect(await withCookies('GET', '/v1/users/me')).toMatchObject({ status: 200, body: { email: address } });
  });

  it('a person stays signed in by cookies that no script sees, and signs out', async () => {
    const body = { email, password: PASSWORD, cookie: true };
    const signedIn = await withCookies('POST', '/v1/auth/login', body);
    expect(signedIn).toMatchObject({ status: 200, body: { tokenType: 'Cookie' } });
    expect(await page.evaluate('document.cookie')).toBe('');
    const cookies = await page.browserContext().cookies();
    expect(cookies.map(({ name, httpOnly }) => [name, httpOnly]).toSorted()).toEqual([
      ['__Host-till_access', true],
      ['__Host-till_refresh', true],
    ]);
    await open('/');
    expect(await withCookies('POST', '/v1/auth/refresh', {})).toMatchObject({ status: 200 });
    expect(await withCookies('GET', '/v1/users/me')).toMatchObject({ status: 200, body: { email } });
    expect(await withCookies('POST', '/v1/auth/logout', {})).toMatchObject({ status: 204 });
    expect(await page.browserContext().cookies()).toEqual([]);
    expect(await withCookies('GET', '/v1/users/me')).toMatchObject({ status: 401 });
  });

  it('a passkey works on no page of another host', async () => {
    await signIn();
    await till('addPasskey', 'Laptop');
    await page.goto(`http://127.0.0.1:${new URL(shop.origin).port}/`);
    const used = page.evaluate(
      `navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32), rpId: 'localhost' } }).then(() => 'used', ({ name }) => name)`,
    );
    expect(await used).toBe('SecurityError');
  });
});
