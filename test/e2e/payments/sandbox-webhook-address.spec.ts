import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxWebhookSender } from '../../../src/payments/providers/sandbox/webhook-sender.schedule.js';
import { loadConfig } from '../../../src/settings.js';
import { createHttpApp } from '../../../src/platform/http/index.js';
import { WorkerModule } from '../../../src/worker.module.js';
import { type Api, startApi } from '../../support/api.js';

/** Another installation, on the port that a worker would guess. */
let stranger: Server;
let received = 0;
let api: Api;
let worker: NestFastifyApplication;
beforeAll(async () => {
  stranger = createServer((request, response) => {
    received += 1;
    request.resume().once('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => stranger.listen(0, 'localhost', resolve));
  api = await startApi();
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await new Promise((resolve) => stranger.close(resolve));
});

const start = async (given: Readonly<Record<string, string>>) => {
  worker = await createHttpApp(WorkerModule, loadConfig({ ...api.settings, ...given }));
  await worker.init();
  return worker.get(SandboxWebhookSender, { strict: false });
};
const port = () => String((stranger.address() as AddressInfo).port);

describe('the webhooks of the sandbox', () => {
  it('go to PUBLIC_URL, and nowhere where the address is a guess', async () => {
    const [shopper, mug] = await Promise.all([api.person(), api.product()]);
    const { body: order } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    await api.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' });
    const waiting = () => api.sql('SELECT FROM sandbox.webhooks WHERE next_attempt_at IS NOT NULL');
    expect(await waiting()).not.toHaveLength(0);

    const guessing = await start({ PORT: port() });
    await guessing.tick();
    expect(received).toBe(0);
    expect(await waiting()).not.toHaveLength(0);
    await worker.close();

    const told = await start({ PUBLIC_URL: `http://localhost:${port()}` });
    await expect.poll(async () => (await told.tick(), received), { timeout: 10_000 }).toBeGreaterThan(0);
  });
});
