import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import { startBuilt } from '../../support/built-process.js';
import { commandsOnServers } from '../../support/commands.js';

// Several processes start in each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const SOON = { timeout: 30_000, interval: 200 };
const suspended = { status: 'down', message: 'The shop is suspended.' };
type Commands = Awaited<ReturnType<typeof commandsOnServers>>;
let database: Commands['database'];
let env: Commands['env'];
let till: Commands['till'];
let created: Awaited<ReturnType<Commands['till']>>;

const said = async (...args: string[]) => (await till(...args)).stdout.trim();

beforeAll(async () => {
  ({ database, env, till } = await commandsOnServers());
  created = await till('shops', 'create', 'north', '--name', 'North Ltd');
}, 240_000);
afterAll(() => database?.drop());

describe.each(['main.js', 'worker.js'] as const)('%s of a shop that is suspended', (name) => {
  it('ends, waits when it is started again, and serves when the shop is resumed', async () => {
    const port = String(await freePort());
    const ofShop = { ...env, SHOP: 'north', PORT: port, WORKER_PORT: port };
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return [answer.status, await answer.json()] as const;
    };
    const first = await startBuilt(name, ofShop);
    await vi.waitFor(async () => expect((await ask('/health/ready'))[0]).toBe(200), SOON);
    expect(first.log()).toContainEqual(expect.objectContaining({ msg: 'listening', shop: 'north' }));
    const ended = new Promise((resolve) => first.child.once('exit', resolve));
    expect(JSON.parse(await said('shops', 'suspend', 'north'))).toMatchObject({ status: 'suspended' });
    expect(await ended).toBe(0);

    const starting = startBuilt(name, ofShop);
    starting.catch(() => undefined);
    const waits = async () => expect(await ask('/health/ready')).toMatchObject([503, { error: { shop: suspended } }]);
    await vi.waitFor(waits, SOON);
    expect(await ask('/v1/products')).toMatchObject([503, { code: 'shop_suspended' }]);
    expect(await ask('/health/live')).toMatchObject([200, { status: 'ok' }]);

    expect(JSON.parse(await said('shops', 'resume', 'north'))).toMatchObject({ status: 'active' });
    const second = await starting;
    await vi.waitFor(async () => expect((await ask('/health/ready'))[0]).toBe(200), SOON);
    expect(await second.stop()).toBe(0);
  }, 120_000);
});

describe('till', () => {
  it('says which shop it is making', () => {
    expect(created.stderr).toContain('"shop":"north"');
  });

  it('lists the shops', async () => {
    const lines = (await said('shops', 'list', '--json')).split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      { slug: 'default', name: '', status: 'active', schema: 'public', migrations: 'current' },
      { slug: 'north', name: 'North Ltd', status: 'active', schema: 'shop_north', migrations: 'current' },
    ]);
    expect(await said('shops', 'list')).toMatch(
      /^slug +name +status +schema +migrations\ndefault .+\nnorth +North Ltd +active +shop_north +current$/,
    );
  });

  it('works on the shop of --shop', async () => {
    expect(JSON.parse(await said('--shop', 'north', 'migrate', 'status'))).toMatchObject({ state: 'current' });
    expect(JSON.parse(await said('ledger', 'verify', '--shop', 'north'))).toMatchObject({ intact: true });
    await till('migrate', '--shop', 'north');
    await till('migrate');
  });

  it.each([
    ['migrate of a shop that nobody made', ['migrate', '--shop', 'nowhere'], 'There is no shop nowhere'],
    ['a command of a shop that nobody made', ['queues', '--shop', 'nowhere'], 'in no schema instead of shop_nowhere'],
    ['a wrong slug', ['queues', '--shop', 'No'], 'SHOP: must be the slug of a shop'],
    ['suspend of a shop that nobody made', ['shops', 'suspend', 'nowhere'], 'There is no shop nowhere'],
    ['suspend of the default shop', ['shops', 'suspend', 'default'], "can't be suspended"],
    ['shops of one shop', ['shops', 'list', '--shop', 'north'], 'run them without SHOP'],
    ['a backup of one shop', ['backup', 'list', '--shop', 'north'], 'run this without SHOP'],
  ])('refuses %s', async (_, args, message) => {
    await expect(till(...args)).rejects.toMatchObject({ stderr: expect.stringContaining(message) as string });
  });
});

it('A process of a shop that nobody made does not start', async () => {
  const started = startBuilt('main.js', { ...env, SHOP: 'nowhere' });
  await expect(started).rejects.toThrow('in no schema instead of shop_nowhere');
}, 120_000);
