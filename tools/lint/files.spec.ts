import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finding, lint, plant } from './planted.js';

const useCase = (work: string) => `
export class A {
  constructor(private readonly tx: { run<T>(work: () => Promise<T>): Promise<T> }) {}
  private count = 0;
  b(order: { total: number }, found: number[]): Promise<number> {
    let sum = 0;
    return this.tx.run(async () => {
      ${work}
      return this.count + order.total + sum + found.length;
    });
  }
}
`;
const plain = 'export const a = 1;\n';

/** By rule: files that break it, with a part of what is said of them, and files beside them that do not. */
const planted: Readonly<
  Record<string, { broken: readonly [string, string, string][]; fine: readonly [string, string][] }>
> = {
  'till(file-kind)': {
    broken: [
      ['src/orders/order-events.ts', plain, 'write order.events.ts'],
      ['src/payments/providers/webhook-errors.ts', plain, 'write webhook.errors.ts'],
      ['src/orders/order.helpers.ts', plain, '.helpers.ts is no kind of file'],
      ['src/orders/cancel.dto.ts', plain, 'belongs in dto/cancel.dto.ts'],
      ['src/orders/dto/order.view.ts', plain, 'belongs in ../order.view.ts'],
      ['src/orders/things.ts', 'export class ThingsRepository {}\n', 'belongs in a file x.repository.ts'],
      ['src/orders/shown.ts', 'export function presentThing(): void {}\n', 'belongs in a file x.presenter.ts'],
    ],
    fine: [
      ['src/orders/order.events.ts', plain],
      ['src/orders/order.events.spec.ts', "import { it } from 'vitest';\nit.todo('is written');\n"],
      ['src/orders/dto/cancel-order.dto.ts', plain],
      ['src/orders/retry-schedule.ts', plain],
    ],
  },
  'till(captured-changes)': {
    broken: [
      ['src/orders/a.ts', useCase('sum += 1;'), 'changes sum'],
      ['src/orders/b.ts', useCase('this.count += 1;'), 'changes this'],
      ['src/orders/c.ts', useCase('found.push(1);'), 'changes found'],
      ['src/orders/d.ts', useCase('Object.assign(order, { total: 1 });'), 'changes order'],
    ],
    fine: [
      ['src/orders/e.ts', useCase('let own = 1;\n      own += 1;\n      const list = [own];\n      list.push(own);')],
      ['src/orders/f.ts', useCase('const after = { ...order, total: 1 };\n      if (after.total > 1) return 0;')],
    ],
  },
  'till(domain-words)': {
    broken: [
      ['src/platform/http/a.ts', '/** Of an order. */\nexport const a = 1;\n', '"order" is a word of a module'],
      ['src/platform/http/b.ts', 'export const paymentId = 1;\n', '"payment" is a word of a module'],
      ['src/platform/http/c.ts', "export const c = 'STRIPE_SECRET_KEY';\n", '"STRIPE" is a word of a module'],
      ['src/platform/outbox/d.ts', 'export const refundId = 1;\n', '"refund" is a word of a module'],
    ],
    fine: [
      ['src/platform/http/e.ts', '/** In the order in which they came; ORDER BY id. */\nexport const e = 1;\n'],
      ['src/platform/outbox/f.ts', 'export const orderId = 1;\n'],
      ['src/orders/g.ts', 'export const paymentId = 1;\n'],
    ],
  },
  'eslint(no-param-reassign)': {
    broken: [['src/orders/domain/h.ts', 'export const h = (a: { b: number }) => void (a.b = 1);\n', 'a']],
    fine: [['src/orders/domain/i.ts', 'export const i = (a: { b: number }) => ({ ...a, b: 1 });\n']],
  },
};
const broken = Object.entries(planted).flatMap(([rule, files]) =>
  files.broken.map(([file, , words]) => [rule, file, words] as const),
);
const fine = Object.entries(planted).flatMap(([rule, files]) => files.fine.map(([file]) => [rule, file] as const));

let tree: string;
let found: readonly Finding[];
beforeAll(async () => {
  tree = await mkdtemp(path.join(tmpdir(), 'till-lint-'));
  const files = Object.values(planted).flatMap((rule) => [...rule.broken, ...rule.fine]);
  await Promise.all(files.map(([file, text]) => plant(tree, file, text)));
  found = await lint(tree);
});
afterAll(() => rm(tree, { recursive: true, force: true }));

const saidOf = (rule: string, file: string) =>
  found.filter(({ code, filename }) => code === rule && filename === file).map(({ message }) => message);

describe('Lint', () => {
  it.each(broken)('finds by %s what is wrong in %s: %s', (rule, file, words) => {
    expect(saidOf(rule, file)).toEqual([expect.stringContaining(words)]);
  });

  it.each(fine)('finds nothing by %s in %s', (rule, file) => {
    expect(saidOf(rule, file)).toEqual([]);
  });
});
