import { describe, expect, it } from 'vitest';
import { problemCatalog } from '../../../src/platform/http/index.js';
import { problemIn } from '../../support/problem.js';
import { api, scenario } from '../../support/scenario.js';

scenario({ people: [], unchecked: true });

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const open = (path: string) => fetch(api.url + path, { headers: { accept: BROWSER }, redirect: 'manual' });

describe('A browser', () => {
  it('is led from / to the description', async () => {
    const answer = await open('/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs']);
  });

  it('gets a page for each problem, without a script', async () => {
    for (const [code, { title }] of problemCatalog) {
      const answer = await open(`/problems/${code}`);
      const page = await answer.text();
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page).toContain(`<h1>${title.replaceAll('"', '&quot;')}</h1>`);
      expect(page).not.toMatch(/<script|`/);
    }
    expect((await open('/problems/not_found')).headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('gets a page with all problems', async () => {
    const page = await (await open('/problems')).text();
    for (const code of problemCatalog.keys()) expect(page).toContain(`href="/problems/${code}"`);
  });
});

describe('A program', () => {
  it('learns at / where things are', async () => {
    const { status, body } = await api.request('GET /');
    expect([status, body]).toMatchObject([200, { links: { openapi: '/openapi.json', docs: '/docs' } }]);
  });

  it('gets problems as JSON', async () => {
    const { body } = await api.request<{ data: { code: string; status: number }[] }>('GET /problems');
    expect(body.data.map(({ code }) => code).toSorted()).toEqual([...problemCatalog.keys()].toSorted());
    const one = await api.request('GET /problems/sku_taken');
    expect(one.body).toMatchObject({
      code: 'sku_taken',
      status: 409,
      title: expect.any(String),
      help: expect.any(String),
    });
    expect(problemIn(await api.request('GET /problems/none'))).toMatchObject({ status: 404 });
  });
});
