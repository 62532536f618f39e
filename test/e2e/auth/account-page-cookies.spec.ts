import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromium, pageWithAuthenticator, startBrowser } from '../../support/browser.js';
import { Keyboard } from '../../support/keyboard.js';
import { api, scenario } from '../../support/scenario.js';
import { type SwitchableProxy, switchableProxy } from '../../support/switchable-proxy.js';

const PASSWORD = 'four quiet grey herons';
const BROWSER = 60_000;
const where = chromium ? '' : ' (not run: there is no chromium-headless-shell)';

let proxy: SwitchableProxy;
let browser: Browser;
let page: Page;
let keyboard: Keyboard;
let email: string;

const cookies = async () =>
  (await page.browserContext().cookies()).map(({ name, httpOnly }) => [name, httpOnly]).toSorted();

describe.skipIf(!chromium)(`The account page with cookie sessions${where}`, { timeout: BROWSER }, () => {
  scenario({
    people: [],
    unchecked: true,
    env: async () => {
      proxy = await switchableProxy(0);
      return { PUBLIC_URL: `http://localhost:${proxy.port}`, COOKIE_SESSIONS: 'yes' };
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
    await page.goto(`http://localhost:${proxy.port}/account`);
    await page.waitForSelector('#sign-in:not([hidden])');
    await keyboard.type(email);
    await keyboard.fill('Password', PASSWORD);
    await keyboard.enter();
    await keyboard.hears(`You are signed in as ${email}.`);
  }, BROWSER);
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
  });

  it('is signed in still after a reload, by cookies that no script sees, until the person signs out', async () => {
    const both = [
      ['__Host-till_access', true],
      ['__Host-till_refresh', true],
    ];
    expect([await page.evaluate('document.cookie'), await cookies()]).toEqual(['', both]);
    await page.reload();
    await keyboard.hears(`You are signed in as ${email}.`);
    await page.browserContext().deleteCookie(...(await page.browserContext().cookies()).slice(0, 1));
    await page.reload();
    await keyboard.hears(`You are signed in as ${email}.`);
    expect(await cookies()).toEqual(both);
    await keyboard.press('Sign out');
    await keyboard.hears('You are signed out.');
    expect(await cookies()).toEqual([]);
  });

  it('keeps the person signed in when a first passkey ends the other sessions', async () => {
    await keyboard.fill('Name of the new passkey', 'Laptop');
    await keyboard.enter();
    await keyboard.hears('The passkey is added. All other sessions have ended.');
    await page.reload();
    await keyboard.hears(`You are signed in as ${email}.`);
    await keyboard.press('Sign out');
    await keyboard.press('Sign in with a passkey');
    await keyboard.hears(`You are signed in as ${email}.`);
    expect(await cookies()).toHaveLength(2);
  });
});
