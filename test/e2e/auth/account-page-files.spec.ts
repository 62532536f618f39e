import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { api, scenario } from '../../support/scenario.js';

scenario({ people: [], unchecked: true });

const names = ['', ...readdirSync('pages/account').map((name) => `/${name}`)].filter((name) => !name.endsWith('.json'));
const get = (name: string, headers: Record<string, string> = {}) => fetch(`${api.url}/account${name}`, { headers });

describe('The files of the account page', () => {
  it.each(names)('come with a policy that lets nothing of others run: /account%s', async (name) => {
    const answer = await get(name);
    const policy = answer.headers.get('content-security-policy')!;
    expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).toContain("form-action 'none'; frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('name nothing of other hosts, and make no markup from text', async () => {
    for (const name of names) {
      const text = await (await get(name)).text();
      expect(`${name}: ${text}`).not.toMatch(
        /https?:|\/\/[\w-]+\.\w|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/,
      );
      expect(`${name}: ${text}`).not.toMatch(
        /<style|<script(?![^>]* src=)| style=| on\w+="|localStorage|sessionStorage/,
      );
    }
  });

  it('are fetched again only when they have changed', async () => {
    const etag = (await get('/main.js')).headers.get('etag')!;
    expect((await get('/main.js', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/main.js', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('are those of the page alone', async () => {
    for (const name of ['/tsconfig.json', '/none.js', '/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json']) {
      expect((await get(name)).status).toBe(404);
    }
  });

  it('say whether there are cookie sessions', async () => {
    expect(await (await get('')).text()).toContain('name="till-cookie-sessions" content="no"');
  });
});
