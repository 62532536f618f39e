import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEASE_SECONDS } from './endpoint-leases.js';
import { HeldLease } from './held-lease.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

const endpoint = { url: 'https://erp.example' } as WebhookEndpointEntity;
const later = { url: 'https://erp.example/changed' } as WebhookEndpointEntity;

describe('HeldLease', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is extended several times within its length while it is held, and not after its end', async () => {
    let extended = 0;
    const lease = new HeldLease(endpoint, async () => ((extended += 1), endpoint)).begin();
    await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000);
    expect(extended).toBeGreaterThanOrEqual(3);
    await lease.end();
    const before = extended;
    await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000);
    expect(extended).toBe(before);
  });

  it('says nothing of the endpoint once somebody else has it, and the newest of it before', async () => {
    const answers = [later, undefined];
    const lease = new HeldLease(endpoint, async () => answers.shift());
    expect(await lease.held()).toBe(endpoint);
    expect(await lease.renewed()).toBe(later);
    expect(await lease.held()).toBe(later);
    await lease.renewed();
    expect(await lease.held()).toBeUndefined();
  });

  it('asks again before it is used by a process that stood still', async () => {
    const lease = new HeldLease(endpoint, async () => undefined);
    vi.advanceTimersByTime((LEASE_SECONDS * 1000) / 2);
    expect(await lease.held()).toBeUndefined();
  });

  it('survives a beat without the database', async () => {
    let extended = 0;
    const lease = new HeldLease(endpoint, async () => {
      extended += 1;
      if (extended === 1) throw new Error('away');
      return later;
    }).begin();
    await vi.advanceTimersByTimeAsync(9000);
    expect(await lease.held()).toBe(later);
    await lease.end();
  });
});
