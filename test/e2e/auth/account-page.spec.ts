import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../support/authenticator.js';
import { chromium, pageWithAuthenticator, startBrowser } from '../../support/browser.js';
import { Keyboard } from '../../support/keyboard.js';
import { api, scenario } from '../../support/scenario.js';
import { type SwitchableProxy, switchableProxy } from '../../support/switchable-proxy.js';

const PASSWORD = 'four quiet grey herons';
const OTHER = 'seven loud blue herons';
const HOSTILE = `<img src=x onerror="globalThis.hit=1"><script>globalThis.hit=1</script>"'&`;
const BROWSER = 60_000;
const where = chromium ? '' : ' (not run: there is no chromium-headless-shell)';
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let proxy: SwitchableProxy;
let browser: Browser;
let page: Page;
let keyboard: Keyboard;
let email: string;
let errors: string[];

const baseUrl = () => `http://localhost:${proxy.port}`;
const text = (selector: string) => page.$eval(selector, (it) => it.textContent!.trim());
const codes = () => page.$$eval('#recovery-codes li', (all) => all.map((it) => it.textContent!));
/** Another sign-in, by a device that calls itself so. */
const login = (device: string, password = PASSWORD) =>
  api.request('POST /v1/auth/login', { body: { email, password }, headers: { 'user-agent': device } });
const ofPerson = 'user_id = (SELECT id FROM users WHERE email = $1) AND ended_at IS NULL';
const liveSessions = async () => (await api.sql(`SELECT FROM sessions WHERE ${ofPerson}`, [email])).length;
const authenticatedAt = () => api.sql(`SELECT authenticated_at FROM sessions WHERE ${ofPerson}`, [email]);
const promote = () => api.sql(`UPDATE users SET roles = '{admin}' WHERE email = $1`, [email]);

async function open(): Promise<void> {
  await page.goto(`${baseUrl()}/account`);
  await page.waitForSelector('#sign-in:not([hidden])');
}
async function signIn(password = PASSWORD): Promise<void> {
  expect((await keyboard.focused()).id).toBe('sign-in-email');
  await keyboard.type(email);
  await keyboard.fill('Password', password);
  await keyboard.enter();
}
async function withRecoveryCode(): Promise<void> {
  const [code] = await codes();
  await keyboard.fill('Password', PASSWORD);
  await keyboard.fill('Code of your authenticator app', code!);
  await keyboard.enter();
}
async function arrive(): Promise<void> {
  await open();
  await signIn();
  await keyboard.hears(`You are signed in as ${email}.`);
}
/** What the library of Deque finds against WCAG 2.2, levels A and AA, and its own good practice. */
async function violations(): Promise<string[]> {
  await page.evaluate(`document.body.getAnimations().forEach((it) => it.finish())`);
  const found = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe.skipIf(!chromium)(`The account page, by keyboard alone${where}`, { timeout: BROWSER }, () => {
  scenario({
    people: [],
    unchecked: true,
    env: async () => {
      proxy = await switchableProxy(0);
      return { PUBLIC_URL: baseUrl() };
    },
  });
  beforeAll(async () => {
    proxy.switchTo(Number(new URL(api.url).port));
    browser = await startBrowser();
  }, BROWSER);
  beforeEach(async () => {
    email = `${randomUUID()}@till.test`;
    await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
    page = await pageWithAuthenticator(browser);
    keyboard = new Keyboard(page);
    errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('status of 4')) errors.push(line.text());
    });
  }, BROWSER);
  afterEach(async () => {
    await page.browserContext().close();
    if (errors.length > 0) throw new Error(`The page reported ${errors.join(', ')}`);
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
  });

  it('signs in, changes the password, and signs out', async () => {
    await open();
    await signIn('wrong');
    await keyboard.hears('password');
    await keyboard.fill('Password', PASSWORD);
    await keyboard.enter();
    await keyboard.hears(`You are signed in as ${email}.`);
    expect((await keyboard.focused()).id).toBe('title');
    await keyboard.fill('Present password', PASSWORD);
    await keyboard.fill('New password', 'password1');
    await keyboard.enter();
    await keyboard.hears('A field is not right.');
    expect(await keyboard.focused()).toMatchObject({ id: 'password-new' });
    expect(await text('#password-new-wrong')).toContain('15 to 128 characters');
    await keyboard.type(OTHER);
    await keyboard.enter();
    await keyboard.hears('The password is changed');
    expect((await login('Phone', OTHER)).status).toBe(200);
    await keyboard.press('Sign out');
    await keyboard.hears('You are signed out.');
    expect((await keyboard.focused()).id).toBe('sign-in-email');
    expect(await page.$eval('#signed-in', (it) => (it as unknown as { hidden: boolean }).hidden)).toBe(true);
  });

  it('ends one session, then all others', async () => {
    await arrive();
    for (const agent of ['Phone', 'Tablet', HOSTILE]) await login(agent);
    await page.reload();
    await arrive();
    const devices = () => page.$$eval('#session-list strong', (all) => all.map((it) => it.textContent));
    // The one before the reload is among them: only its page knew its tokens.
    expect((await devices()).slice(1, 4)).toEqual([HOSTILE, 'Tablet', 'Phone']);
    await keyboard.press('End: the session of Tablet from 127.0.0.1');
    await keyboard.hears('The session has ended.');
    expect((await keyboard.focused()).id).toBe('sessions-title');
    expect(await devices()).not.toContain('Tablet');
    await keyboard.press('End all other sessions');
    await keyboard.hears('All other sessions have ended.');
    expect(await devices()).toHaveLength(1);
    expect(await liveSessions()).toBe(1);
  });

  it('adds an authenticator app, makes new recovery codes, signs in with one, and removes the app', async () => {
    await arrive();
    await keyboard.press('Add an authenticator app');
    await keyboard.hears('Scan the picture');
    await page.waitForFunction(`document.querySelector('#totp-picture').naturalWidth > 0`);
    const app = new Authenticator(await text('#totp-secret'));
    await keyboard.type(app.codeAt(Date.now() / 1000));
    await keyboard.enter();
    await keyboard.hears('The authenticator app is added.');
    expect((await keyboard.focused()).id).toBe('recovery-title');
    const first = await codes();
    await keyboard.press('I have kept them');
    await keyboard.press('Make new recovery codes');
    await keyboard.press('Make new ones');
    await keyboard.hears('You have ten new recovery codes.');
    const second = await codes();
    expect([first.length, second.length, first.some((code) => second.includes(code))]).toEqual([10, 10, false]);
    await keyboard.press('Sign out');
    await keyboard.hears('You are signed out.');
    expect(await codes()).toEqual([]);
    await signIn();
    await keyboard.hears('Enter a code');
    await keyboard.type(second[0]!);
    await keyboard.enter();
    await keyboard.hears('You are signed in');
    expect(await text('#factors-state')).toContain('9 unused recovery codes');
    await keyboard.press('Remove the authenticator app');
    await page.keyboard.press('Escape');
    await keyboard.hears('Nothing was changed.');
    expect((await keyboard.focused()).id).toBe('totp-remove');
    await keyboard.enter();
    await keyboard.press('Remove it');
    await keyboard.hears('The authenticator app is removed. All your sessions have ended.');
    await signIn();
    await keyboard.hears('You are signed in');
    expect(await text('#factors-state')).toContain('You have none');
  });

  it('adds a passkey, signs in with it alone, renames it, and removes it', async () => {
    await arrive();
    await keyboard.fill('Name of the new passkey', HOSTILE);
    await keyboard.enter();
    await keyboard.hears('The passkey is added.');
    expect(await codes()).toHaveLength(10);
    await keyboard.press('I have kept them');
    await keyboard.press('Sign out');
    await keyboard.hears('You are signed out.');
    await keyboard.press('Sign in with a passkey');
    await keyboard.hears(`You are signed in as ${email}.`);
    expect(await text('#passkey-list strong')).toBe(HOSTILE);
    await keyboard.press(`Rename: ${HOSTILE}`);
    await keyboard.type('Laptop');
    await keyboard.enter();
    await keyboard.hears('The passkey has its new name.');
    expect(await text('#passkey-list strong')).toBe('Laptop');
    await keyboard.press('Remove: Laptop');
    await keyboard.press('Remove it');
    await keyboard.hears('The passkey is removed. All your sessions have ended.');
    expect(await api.sql('SELECT FROM passkeys p JOIN users u ON u.id = p.user_id WHERE email = $1', [email])).toEqual(
      [],
    );
  });

  it('makes an API key of its own rights, which is shown once, and revokes it', async () => {
    await promote();
    await arrive();
    await keyboard.fill('Name of the new key', HOSTILE);
    await keyboard.enter();
    await keyboard.hears('Choose what the key may do.');
    await keyboard.reach('Read everybody');
    await keyboard.space();
    await keyboard.press('Make a key');
    await keyboard.hears('The key is made.');
    const key = await page.$eval('#new-key-text', (it) => (it as unknown as { value: string }).value);
    expect((await api.request('GET /v1/orders', { token: key })).status).toBe(200);
    expect((await api.request('GET /v1/payments', { token: key })).status).toBe(403);
    await keyboard.press('I have kept it');
    expect(await page.$eval('#new-key-text', (it) => (it as unknown as { value: string }).value)).toBe('');
    await keyboard.press(`Revoke: ${HOSTILE}`);
    await keyboard.press('Revoke it');
    await keyboard.hears('The key is revoked.');
    expect(await page.$$('#key-list li')).toEqual([]);
  });

  it('shows no API keys to somebody who may make none', async () => {
    await arrive();
    expect(await page.$eval('#keys', (it) => (it as unknown as { hidden: boolean }).hidden)).toBe(true);
  });

  it('signs in again where the api asks for a recent sign-in, by the password or a passkey', async () => {
    await arrive();
    await keyboard.fill('Name of the new passkey', 'Laptop');
    await keyboard.enter();
    await keyboard.hears('The passkey is added.');
    for (const again of [() => keyboard.press('Use a passkey'), () => withRecoveryCode()]) {
      api.moveClock(601);
      await keyboard.press('Make new recovery codes');
      await keyboard.press('Make new ones');
      await page.waitForSelector('#again[open]');
      api.moveClock(0);
      const before = await authenticatedAt();
      await again();
      await keyboard.hears('You have ten new recovery codes.');
      expect(await authenticatedAt()).not.toEqual(before);
    }
  });

  it('goes on when its access token has ended, and asks for a sign-in when its session has', async () => {
    await arrive();
    const refused: string[] = [];
    let isEnded = false;
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      const isRefused = isEnded || (pathname === '/v1/auth/password/change' && refused.length === 0);
      if (!isRefused) return void request.continue();
      refused.push(pathname);
      const body = { code: pathname.endsWith('/refresh') ? 'invalid_refresh_token' : 'unauthenticated' };
      void request.respond({ status: 401, contentType: 'application/problem+json', body: JSON.stringify(body) });
    });
    await keyboard.fill('Present password', PASSWORD);
    await keyboard.fill('New password', OTHER);
    await keyboard.enter();
    await keyboard.hears('The password is changed');
    isEnded = true;
    await keyboard.press('Add an authenticator app');
    await keyboard.hears('Your session has ended. Sign in again.');
    expect(refused).toEqual(['/v1/auth/password/change', '/v1/auth/mfa/totp', '/v1/auth/refresh']);
    expect((await keyboard.focused()).id).toBe('sign-in-email');
    expect(await page.$eval('#signed-in', (it) => (it as unknown as { hidden: boolean }).hidden)).toBe(true);
  });

  it('keeps nothing in the browser', async () => {
    await arrive();
    const stores = `[localStorage.length, sessionStorage.length, document.cookie]`;
    expect(await page.evaluate(stores)).toEqual([0, 0, '']);
    expect(await page.browserContext().cookies()).toEqual([]);
    await page.reload();
    await page.waitForSelector('#sign-in:not([hidden])');
  });

  it('has no barrier that axe-core finds, in any of its states', async () => {
    await promote();
    await open();
    await page.setBypassCSP(true);
    await page.reload();
    await page.waitForSelector('#sign-in:not([hidden])');
    await page.addScriptTag({ path: axe });
    expect(await violations()).toEqual([]);
    await signIn('wrong');
    await keyboard.hears('password');
    expect(await violations()).toEqual([]);
    await keyboard.fill('Password', PASSWORD);
    await keyboard.enter();
    await keyboard.hears('You are signed in');
    expect(await violations()).toEqual([]);
    await keyboard.fill('Name of the new passkey', 'Laptop');
    await keyboard.enter();
    await keyboard.hears('The passkey is added.');
    await keyboard.press('Rename: Laptop');
    await keyboard.press('Add an authenticator app');
    await keyboard.hears('Scan the picture');
    await keyboard.fill('Present password', PASSWORD);
    await keyboard.fill('New password', 'password1');
    await keyboard.enter();
    await keyboard.hears('A field is not right.');
    expect(await violations()).toEqual([]);
    api.moveClock(601);
    await keyboard.press('Remove: Laptop');
    expect(await violations()).toEqual([]);
    await keyboard.press('Remove it');
    await page.waitForSelector('#again[open]');
    expect(await violations()).toEqual([]);
    api.moveClock(0);
  });
});
