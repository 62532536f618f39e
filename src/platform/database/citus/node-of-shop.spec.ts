import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Address, NodeOfShop } from './node-of-shop.js';

const [here, there] = [
  { host: '192.0.2.1', port: 5432 },
  { host: '192.0.2.2', port: 5432 },
];
const silence = new Promise<Address>(() => undefined);
const HOUR = 3_600_000;

/** A node that the cluster has said once, an hour ago; then come the other answers. */
async function knownFor(...answers: readonly (() => Promise<Address | undefined>)[]): Promise<NodeOfShop> {
  const left = [() => Promise.resolve(here), ...answers];
  const node = new NodeOfShop(() => left.shift()!());
  expect(await node.find()).toEqual(here);
  vi.advanceTimersByTime(HOUR);
  return node;
}

describe('NodeOfShop', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('asks anew for a connection after a while', async () => {
    const node = await knownFor(() => Promise.resolve(there));
    expect(await node.find()).toEqual(there);
  });

  it('goes by the last answer while the cluster is slow, and takes the new one when it comes', async () => {
    const late = Promise.withResolvers<Address>();
    const node = await knownFor(() => late.promise);
    const found = node.find();
    await vi.advanceTimersByTimeAsync(200);
    expect(await found).toEqual(here);
    late.resolve(there);
    await late.promise;
    expect(await node.find()).toEqual(there);
  });

  it('goes by the last answer while the cluster is away', async () => {
    const node = await knownFor(() => Promise.reject(new Error('refused')));
    expect(await node.find()).toEqual(here);
  });

  it('waits for the answer when the schema has left', async () => {
    const node = await knownFor(() => silence);
    node.forget();
    const found = vi.fn<(address: Address | undefined) => void>();
    void node.find().then(found);
    await vi.advanceTimersByTimeAsync(1000);
    expect(found).not.toHaveBeenCalled();
  });

  it('fails where there is no answer at all', async () => {
    const node = new NodeOfShop(() => Promise.reject(new Error('refused')));
    await expect(node.find()).rejects.toThrow('refused');
  });
});
