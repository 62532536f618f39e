import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BuildOptions, build } from 'esbuild';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { findOnPath } from '../../tools/servers/executables.js';
import { inClone } from '../../tools/servers/paths.js';

/** Debian has it as the package `chromium-headless-shell`; .ci/run installs it. */
export const chromium = findOnPath('chromium-headless-shell') ?? findOnPath('chromium');

/** A browser without a window and without a store of its own. Its sandbox needs rights that containers do not give. */
export const startBrowser = (): Promise<Browser> =>
  launch({ executablePath: chromium!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/** A page with an authenticator that has a screen lock, and whose owner always agrees. */
export async function pageWithAuthenticator(browser: Browser): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const devtools = await page.createCDPSession();
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return page;
}

/** The web server of a shop at `localhost`, whose pages have the client as `till` for the api that the query names. */
export async function startShop() {
  const options: BuildOptions = { bundle: true, format: 'esm', platform: 'browser' };
  const { outputFiles } = await build({
    ...options,
    entryPoints: [inClone('packages', 'client', 'dist', 'index.js')],
    write: false,
  });
  const script = `const { createTill } = await import('/client.js'); globalThis.makeTill = (baseUrl) => (globalThis.till = createTill({ baseUrl }));`;
  const server = createServer(({ url }, response) => {
    const isClient = url === '/client.js';
    response.setHeader('content-type', isClient ? 'text/javascript' : 'text/html');
    response.end(
      isClient ? outputFiles[0]!.text : `<!doctype html><title>Shop</title><script type="module">${script}</script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
