import { describe, expect, it, vi } from 'vitest';
import { RunningShops } from './running-shops.js';
import { ShopUnavailable } from './shops.errors.js';

/** Applications that say when they start and end; those of `broken` never start, and those of `wrong` can't. */
function shopsFor(
  most: number,
  broken: readonly string[] = [],
  { drainMs = 20_000, graceMs = 2000, changeMs = 0, closeMs = 20_000, wrong = '' } = {},
) {
  const log: string[] = [];
  const prepared: string[] = [];
  const prepare = async (slug: string) => {
    prepared.push(slug);
    await Promise.resolve();
    if (slug === wrong) throw new Error(`${slug} is wrong`);
    return () => start(slug);
  };
  const start = async (slug: string) => {
    log.push(`start ${slug}`);
    await Promise.resolve();
    if (broken.includes(slug)) throw new Error(`no ${slug}`);
    return { slug, drain: () => void log.push(`drain ${slug}`), close: async () => void log.push(`end ${slug}`) };
  };
  return {
    log,
    prepared,
    shops: new RunningShops(prepare, most, (slug, error) => log.push(`${slug}: ${String(error)}`), {
      drainMs,
      graceMs,
      changeMs,
      closeMs,
    }),
  };
}

/** An application that does not end. */
const hang = async () => async () => ({ drain: () => undefined, close: () => new Promise<void>(() => undefined) });
const fail = () => {
  throw new Error('bad');
};

describe('The running shops', () => {
  it('start once, however many ask at once', async () => {
    const { log, shops } = shopsFor(2);
    expect(shops.find('a')).toBeUndefined();
    await Promise.all([shops.ready('a'), shops.ready('a'), shops.ready('b')]);
    expect(shops.find('a')).toMatchObject({ slug: 'a' });
    expect(log).toEqual(['start a', 'start b']);
  });

  it('make room for one more: the one that was used least lately ends', async () => {
    const { log, shops } = shopsFor(2);
    for (const slug of ['a', 'b']) await shops.ready(slug);
    shops.use('b')();
    shops.use('a')();
    await shops.ready('c');
    expect([shops.find('a')?.slug, shops.find('b')?.slug]).toEqual(['a', undefined]);
    expect(log).toContain('end b');
  });

  it('end none for one that can be known not to start', async () => {
    const { log, shops } = shopsFor(1, [], { wrong: 'b' });
    await shops.ready('a');
    await expect(shops.ready('b')).rejects.toThrow('b is wrong');
    expect([shops.find('a')?.slug, log]).toEqual(['a', ['start a']]);
  });

  it('are never more than they may be, however many are asked for at once', async () => {
    const { log, shops } = shopsFor(2, [], { changeMs: 60_000 });
    const asked = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((slug) => shops.ready(slug)));
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(3);
    expect(log.filter((line) => line.startsWith('start')).length).toBeLessThanOrEqual(3);
  });

  it('ask nothing of a shop that has to wait for others too long', async () => {
    const { prepared, shops } = shopsFor(1, [], { changeMs: 60_000 });
    for (const slug of ['a', 'b']) await shops.ready(slug);
    await expect(shops.ready('c')).rejects.toThrow(ShopUnavailable);
    expect(prepared).toEqual(['a', 'b']);
  });

  it('end at once when they crash, cut off what uses them, and start anew after a pause', async () => {
    const { log, shops } = shopsFor(2);
    for (const slug of ['a', 'b']) await shops.ready(slug);
    const cut = vi.fn();
    const use = { cut, isUnfinished: () => false };
    shops.use('a', use);
    const release = shops.use('a', use);
    release();
    await shops.crash('a', new Error('a crashed'));
    expect(cut).toHaveBeenCalledOnce();
    expect(log.slice(2)).toEqual(['drain a', 'end a']);
    await expect(shops.ready('a')).rejects.toThrow('a crashed');
    shops.retry('a');
    await shops.ready('a');
    expect([shops.find('a')?.slug, shops.find('b')?.slug]).toEqual(['a', 'b']);
  });

  it('wait for requests, but not for those that do not come whole', async () => {
    const { log, shops } = shopsFor(1, [], { graceMs: 20 });
    await shops.ready('a');
    const releases: (() => void)[] = [];
    const finish = () => {
      log.push('served');
      releases[1]!();
    };
    const cut = () => {
      log.push('cut');
      releases[0]!();
      queueMicrotask(finish);
    };
    releases.push(shops.use('a', { cut, isUnfinished: () => true }));
    releases.push(shops.use('a', { cut: () => log.push('cut a whole one'), isUnfinished: () => false }));
    const ended = shops.end('a');
    await ended;
    expect(log).toEqual(['start a', 'drain a', 'cut', 'served', 'end a']);
  });

  it('end at once when they crash while they wait for slow clients', async () => {
    const { log, shops } = shopsFor(1);
    await shops.ready('a');
    shops.use('a');
    const ended = shops.end('a');
    await shops.crash('a', new Error('a crashed'));
    await ended;
    expect(log).toContain('end a');
  });

  it('never end one that is in use: the next is refused while all are', async () => {
    const { log, shops } = shopsFor(1);
    await shops.ready('a');
    const release = shops.use('a');
    await expect(shops.ready('b')).rejects.toThrow(ShopUnavailable);
    release();
    await shops.ready('b');
    expect(log.filter((line) => !line.startsWith('drain')).toSorted()).toEqual(['end a', 'start a', 'start b']);
  });

  it('are never more than there are places, also when several are asked for at once', async () => {
    const { shops } = shopsFor(1);
    await Promise.allSettled([shops.ready('a'), shops.ready('b'), shops.ready('c')]);
    expect(['a', 'b', 'c'].filter((slug) => shops.find(slug))).toHaveLength(1);
  });

  it('end for another one at most once in a while, and refuse a request that would wait for longer', async () => {
    const { log, shops } = shopsFor(1, [], { changeMs: 60_000 });
    await shops.ready('a');
    await shops.ready('b');
    await expect(shops.ready('c')).rejects.toThrow('Too many other shops');
    expect(log.filter((line) => line.startsWith('start'))).toEqual(['start a', 'start b']);
  });

  it('give the place of one that does not end to another', async () => {
    const log: string[] = [];
    const failed = (slug: string, error: unknown) => void log.push(`${slug}: ${String(error)}`);
    const shops = new RunningShops(hang, 1, failed, { drainMs: 0, graceMs: 0, changeMs: 0, closeMs: 10 });
    await shops.ready('a');
    await shops.end('a');
    expect(log).toEqual(['a: Error: It has not ended within 0.01 s.']);
    await expect(shops.ready('b')).resolves.toBeUndefined();
  });

  it('end when the last use ends, and start again for the next', async () => {
    const { log, shops } = shopsFor(2);
    await shops.ready('a');
    const [one, two] = [shops.use('a'), shops.use('a')];
    const ended = shops.end('a');
    expect(shops.find('a')).toBeUndefined();
    one();
    one();
    const again = shops.ready('a');
    await vi.waitFor(() => expect(log).toEqual(['start a', 'drain a']));
    two();
    await ended;
    await again;
    expect(log).toEqual(['start a', 'drain a', 'end a', 'start a']);
  });

  it('wait for slow clients only so long, and not at all when the process ends', async () => {
    const soon = shopsFor(2, [], { drainMs: 1 });
    await soon.shops.ready('a');
    soon.shops.use('a');
    await soon.shops.end('a');
    expect(soon.log).toEqual(['start a', 'drain a', 'end a']);

    const later = shopsFor(2);
    await later.shops.ready('a');
    later.shops.use('a');
    const ended = later.shops.end('a');
    await vi.waitFor(() => expect(later.log).toContain('drain a'));
    await later.shops.endAll();
    await ended;
    expect(later.log).toEqual(['start a', 'drain a', 'end a']);
  });

  it('do not try a failed start again for two seconds, unless the shop was ended', async () => {
    const { log, shops } = shopsFor(2, ['a']);
    await expect(shops.ready('a')).rejects.toThrow('no a');
    await expect(shops.ready('a')).rejects.toThrow('no a');
    expect(log).toEqual(['start a']);
    await shops.end('a');
    await expect(shops.ready('a')).rejects.toThrow('no a');
    expect(log).toEqual(['start a', 'start a']);
  });

  it('say that one could not end in order, and start it again', async () => {
    const log: string[] = [];
    const shops = new RunningShops(
      async () => async () => ({ drain: fail, close: () => Promise.resolve() }),
      1,
      (slug, error) => log.push(`${slug}: ${String(error)}`),
    );
    await shops.ready('a');
    await shops.end('a');
    expect(log).toEqual(['a: Error: bad']);
    await expect(shops.ready('a')).resolves.toBeUndefined();
  });

  it('all end, also one that is starting', async () => {
    const { log, shops } = shopsFor(2);
    await shops.ready('a');
    shops.use('a');
    const starting = shops.ready('b');
    await vi.waitFor(() => expect(log).toContain('start b'));
    await shops.endAll();
    await starting;
    expect(log.toSorted()).toEqual(['drain a', 'drain b', 'end a', 'end b', 'start a', 'start b']);
    expect(shops.slugs).toEqual([]);
  });

  it('do not start one that is to end before its turn comes', async () => {
    const { log, shops } = shopsFor(2);
    const starting = shops.ready('a').catch((error: unknown) => error);
    await shops.endAll();
    expect(await starting).toBeInstanceOf(ShopUnavailable);
    expect(log).toEqual([]);
  });
});
