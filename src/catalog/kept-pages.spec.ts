import { describe, expect, it } from 'vitest';
import { ChangeHistory } from '../platform/change-feed/index.js';
import { KeptPages, LEASE_MS, RENEWED_FOR_MS } from './kept-pages.js';

const loaded = (body: string, state = 'a') => ({ page: { body, tag: `"${body}"` }, dependsOn: ['mug'], state });

function pages() {
  const clock = { now: 0 };
  const history = new ChangeHistory();
  const kept = new KeptPages(history, 1_000_000, () => clock.now);
  const load = (body: string, state?: string) => kept.load('/mug', () => Promise.resolve(loaded(body, state)));
  /** When the states of pages were asked for. */
  const asked: number[] = [];
  const renew = (state: string) =>
    kept.renew(10, (keys) => {
      asked.push(clock.now);
      return Promise.resolve(new Map(keys.map((key) => [key, state])));
    });
  return { clock, history, kept, load, renew, asked };
}

const long = (n: number) => `/${n}${'x'.repeat(100_000)}`;

describe('KeptPages', () => {
  it('gives a page until something that it shows changes', async () => {
    const { history, kept, load } = pages();
    await load('old');
    history.note(['cup']);
    expect(kept.find('/mug')?.body).toBe('old');
    history.note(['mug']);
    expect(kept.find('/mug')).toBeUndefined();
  });

  it('gives a page for its lease, whether or not it hears of changes', async () => {
    const { clock, kept, load } = pages();
    await load('old');
    clock.now = LEASE_MS - 1;
    expect(kept.find('/mug')).toBeDefined();
    clock.now = LEASE_MS;
    expect(kept.find('/mug')).toBeUndefined();
  });

  it('counts the lease from when the database was asked, not from when it responded', async () => {
    const { clock, kept } = pages();
    await kept.load('/mug', () => {
      clock.now = LEASE_MS;
      return Promise.resolve(loaded('slow'));
    });
    expect(kept.find('/mug')).toBeUndefined();
  });

  it('counts the address of a page, so that long ones fill no memory', async () => {
    const { kept } = pages();
    for (const n of [1, 2, 3, 4, 5, 6]) await kept.load(long(n), () => Promise.resolve(loaded('none')));
    expect([1, 2, 3, 4, 5, 6].filter((n) => kept.find(long(n)))).toEqual([3, 4, 5, 6]);
  });

  it('keeps nothing that changed while it was read', async () => {
    const { history, kept } = pages();
    await kept.load('/mug', () => {
      history.note(['mug']);
      return Promise.resolve(loaded('old'));
    });
    expect(kept.find('/mug')).toBeUndefined();
  });

  it('reads once for requests that come at once, and again for one that comes after a change', async () => {
    const { history, kept } = pages();
    const reads: ((body: string) => void)[] = [];
    const load = () =>
      kept.load('/mug', async () => loaded(await new Promise<string>((resolve) => reads.push(resolve))));
    const early = [load(), load()];
    history.note(['mug']);
    const late = load();
    expect(reads).toHaveLength(2);
    reads[1]!('new');
    reads[0]!('old');
    expect((await Promise.all(early)).map(({ body }) => body)).toEqual(['old', 'old']);
    expect((await late).body).toBe('new');
    expect(kept.find('/mug')?.body).toBe('new');
  });

  it('renews a page that is as it was, and drops one that is not', async () => {
    const { clock, kept, load, renew } = pages();
    await load('same', 'a');
    clock.now = 500;
    await renew('a');
    clock.now = 500 + LEASE_MS - 1;
    expect(kept.find('/mug')?.body).toBe('same');
    await renew('b');
    expect(kept.find('/mug')).toBeUndefined();
  });

  it('renews a page for some time after it was sent last, not before half of its lease is over', async () => {
    const { clock, load, renew, asked } = pages();
    await load('same');
    for (; clock.now < 2 * RENEWED_FOR_MS; clock.now += 250) await renew('a');
    expect(asked).toEqual(Array.from({ length: RENEWED_FOR_MS / 500 - 1 }, (_, n) => 500 * (n + 1)));
  });
});
