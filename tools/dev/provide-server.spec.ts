import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../servers/ports.js';
import { ownRedis, type OwnServer } from '../../test/support/servers.js';
import { authority, authorityFile, tlsFront } from '../../test/support/tls/tls-front.js';
import { DemoFile } from './demo-file.js';
import { provideServer } from './provide-server.js';
import { redis } from './server-wishes.js';

const RIGHT = 'right-canary-8121';
const WRONG = 'wrong-canary-8122';

let server: OwnServer;
let owner: Redis;
beforeAll(async () => {
  server = await ownRedis();
  owner = new Redis(server.url);
  await owner.config('SET', 'requirepass', RIGHT);
});
afterAll(async () => {
  owner?.disconnect();
  await server?.remove();
});
beforeEach(() => void vi.spyOn(console, 'log').mockReturnValue());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const provide = (url: string): Promise<string> => {
  vi.stubEnv('REDIS_URL', url);
  return provideServer(redis, new DemoFile('/dev/null/demo.json'), []);
};
const withUser = (userInfo: string) => server.url.replace('redis://', `redis://${userInfo}`);
const refusal = (url: string): Promise<string> => provide(url).then(String, ({ message }: Error) => message);

describe('the Redis that REDIS_URL names', () => {
  it('is used when it accepts', async () => {
    expect(await provide(withUser(`:${RIGHT}@`))).toBe(withUser(`:${RIGHT}@`));
  });

  it.each([
    ['a wrong password', `:${WRONG}@`, 'WRONGPASS'],
    ['a wrong user', `nobody:${WRONG}@`, 'WRONGPASS'],
    ['no password', '', 'NOAUTH'],
  ])('ends the start when it refuses %s, in one line without a secret', async (_, userInfo, code) => {
    const said = await refusal(withUser(userInfo));
    expect(said).toMatch(new RegExp(`^REDIS_URL: Redis refuses its user or password \\(${code}.*\\); correct them$`));
    expect(said).not.toContain(WRONG);
    expect(said).not.toContain('nobody');
  });

  it('is used over TLS with the authority of its certificate in REDIS_CA, and not without', async () => {
    const front = await tlsFront(server.port, 'redis');
    const url = `rediss://:${RIGHT}@localhost:${front.port}`;
    try {
      expect(await refusal(url)).toMatch(/^REDIS_URL: the certificate of Redis is refused \(.*\); set REDIS_CA to/);
      vi.stubEnv('REDIS_CA', authority);
      expect(await provide(url)).toBe(url);
      vi.stubEnv('REDIS_CA', '');
      vi.stubEnv('REDIS_CA_FILE', authorityFile);
      expect(await provide(url)).toBe(url);
      expect(await refusal(url.replace(RIGHT, WRONG))).toMatch(/^REDIS_URL: Redis refuses its user or password/);
    } finally {
      await front.close();
    }
  });

  it('ends the start when it is away: no job would run', async () => {
    const said = await refusal(`redis://someone:${WRONG}@127.0.0.1:${await freePort()}`);
    expect(said).toMatch(/^REDIS_URL: Redis does not answer \(.*\); start it, or correct its address/);
    expect(said).not.toContain(WRONG);
  });

  it('ends the start when the URL is none, and says nothing of its value', async () => {
    const said = await refusal(`redis://:${WRONG}%@127.0.0.1`);
    expect(said).toMatch(/^REDIS_URL: /);
    expect(said).not.toContain(WRONG);
  });
});
