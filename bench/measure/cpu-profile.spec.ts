import { expect, test } from 'vitest';
import { type CpuProfile, placeOf, summarise } from './cpu-profile.js';

test.each([
  ['file:///till/node_modules/pg/lib/client.js', 'query', 'pg'],
  ['file:///till/node_modules/@nestjs/core/router.js', 'create', '@nestjs/core'],
  ['file:///till/node_modules/bull/node_modules/ioredis/x.js', 'send', 'ioredis'],
  ['file:///till/dist/src/orders/orders.service.js', 'place', 'src/orders'],
  ['file:///till/dist/src/platform/http/app.js', 'done', 'src/platform/http'],
  ['node_modules/pg/lib/client.js', 'query', 'pg'],
  ['dist/src/orders/orders.service.js', 'place', 'src/orders'],
  ['node:internal/streams/readable', 'read', 'node:internal'],
  ['', '(garbage collector)', '(garbage collector)'],
  ['', 'writeUtf8String', '(native)'],
])('code of %s %s belongs to %s', (url, functionName, place) => {
  expect(placeOf(url, functionName)).toBe(place);
});

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 4 });

test('sums self time and leaves out idleness', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)') },
      { id: 2, callFrame: frame('query', 'file:///t/node_modules/pg/client.js') },
      { id: 3, callFrame: frame('(garbage collector)') },
    ],
    samples: [1, 2, 3, 2],
    timeDeltas: [5000, 1000, 1000, 2000],
  };
  const { busyMs, places, functions } = summarise(profile);
  expect(busyMs).toBe(4);
  expect(places).toEqual([
    { name: 'pg', share: 0.75 },
    { name: '(garbage collector)', share: 0.25 },
  ]);
  expect(functions[0]).toEqual({ name: 'query node_modules/pg/client.js:5', share: 0.75 });
});
