import { expect, test } from 'vitest';
import { latenciesOf, transactionsPerSecond } from './pgbench.js';

const output = `pgbench (15.18, server 18.4)
transaction type: order.sql
number of transactions actually processed: 20451
latency average = 3.912 ms
initial connection time = 21.013 ms
tps = 2044.852714 (without initial connection time)
`;

test('reads transactions per second from the summary', () => {
  expect(transactionsPerSecond(output)).toBe(2044.852714);
});

test('says what came instead of a summary', () => {
  expect(() => transactionsPerSecond('pgbench: error: aborted')).toThrow('aborted');
});

test('reads latencies in milliseconds from the transaction log', () => {
  expect(latenciesOf('0 1 3912 0 1792000000 12345\n1 1 950 0 1792000000 12399\n')).toEqual([3.912, 0.95]);
});
