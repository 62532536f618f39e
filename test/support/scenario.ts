import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { type Api, type Person, startApi, startWorker } from './api.js';
import { assertBooks } from './books.js';
import type { OrderBody, PageBody, PaymentBody, ProductBody, RefundBody } from './bodies.js';

type Env = Readonly<Record<string, string>>;

/** How long work of the worker may take, in milliseconds, and how often to look. */
const DONE = { timeout: 20_000, interval: 100 };

export interface ScenarioOptions {
  /** Variables of the api, or what makes them before it starts. */
  readonly env?: Env | (() => Promise<Env>);
  /** Runs the worker beside the api. */
  readonly worker?: boolean;
  /** The role of api and worker in the database: the owner of the schema when absent. */
  readonly asRole?: 'owner' | 'running';
  /** Who is signed in: the shopper alone when absent. */
  readonly people?: readonly Name[];
  /** Makes the mug, of 10.00 EUR, with so many pieces. */
  readonly mugs?: number;
  /** Does not check the books after each test. */
  readonly unchecked?: boolean;
}

type Name = 'shopper' | 'stranger' | 'finance' | 'support' | 'admin';

/*
 * The scenario of this spec file, from the `beforeAll` of `scenario()` on. Each spec file has modules of its own, so these are
 * shared with no other; what was not asked for is undefined.
 */
export let api: Api;
export let worker: NestFastifyApplication;
/** A customer, and another one. */
export let shopper: Person;
export let stranger: Person;
export let finance: Person;
export let support: Person;
/** Who may do everything. */
export let admin: Person;
export let mug: ProductBody;

/** Starts the api, and what else is asked for, before the tests of this file, and stops it after them. */
export function scenario({
  env = {},
  worker: withWorker,
  asRole,
  people = ['shopper'],
  mugs,
  unchecked,
}: ScenarioOptions = {}) {
  beforeAll(async () => {
    api = await startApi(typeof env === 'function' ? await env() : env, asRole);
    if (withWorker) worker = await startWorker(api);
    await Promise.all(people.map((name) => signIn[name]()));
    if (mugs !== undefined) mug = await api.product(mugs);
  });
  // Whatever a test did, the books balance after it, and agree with the provider's: with a worker, once what a test has begun is done.
  if (!unchecked) afterEach(() => (withWorker ? vi.waitFor(() => assertBooks(api), DONE) : assertBooks(api)));
  afterAll(async () => {
    const undescribed = api?.undescribed() ?? [];
    await worker?.close();
    await api?.close();
    expect(undescribed, 'The api sent what its OpenAPI document does not describe').toEqual([]);
  });
}

const signIn: Readonly<Record<Name, () => Promise<unknown>>> = {
  shopper: async () => (shopper = await api.person()),
  stranger: async () => (stranger = await api.person()),
  finance: async () => (finance = await api.person('finance')),
  support: async () => (support = await api.person('support')),
  admin: async () => (admin = await api.admin()),
};

/** The shopper's order of so many mugs. */
export async function place(quantity = 1): Promise<OrderBody> {
  return (await api.place(shopper, [{ productId: mug.id, quantity }])).body;
}

/** The shopper's order of so many pieces of each product. */
export async function placeEach(quantity: number, ...products: readonly ProductBody[]): Promise<OrderBody> {
  return (
    await api.place(
      shopper,
      products.map(({ id }) => ({ productId: id, quantity })),
    )
  ).body;
}

/** The same, paid. */
export async function placeAndPay(quantity: number, ...products: readonly ProductBody[]): Promise<OrderBody> {
  const order = await placeEach(quantity, ...products);
  await api.pay(shopper, order);
  return order;
}

/** The order's status and its payment status, as one text. */
export async function statusesOf(order: { readonly id: string }): Promise<string> {
  const { status, paymentStatus } = await api.orderOf(order);
  return `${status} ${paymentStatus}`;
}

/** What the API answers when the state of something does not allow what is asked. */
export const conflict = (code: string) => ({ status: 409, body: { code } });

export const paymentsOf = async ({ id }: { readonly id: string }) =>
  (await api.get<PageBody<PaymentBody>>(`/v1/orders/${id}/payments`, await api.admin())).body.data;

export const refundsOf = async ({ id }: { readonly id: string }) =>
  (await api.get<PageBody<RefundBody>>(`/v1/payments/${id}/refunds`, await api.admin())).body.data;
