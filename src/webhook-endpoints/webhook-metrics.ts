import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import type { Measure } from '../platform/metrics/index.js';
import { SharedGauges } from '../platform/shared-gauges/index.js';

const WAITING = `
  SELECT count(*) AS number, coalesce(extract(epoch FROM now() - min(d.next_attempt_at)), 0)::float8 AS age
  FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
  WHERE d.status = 'pending' AND d.next_attempt_at <= now() AND e.status = 'enabled' AND e.failures = 0`;
const ENDPOINTS = `
  SELECT CASE WHEN status = 'disabled' THEN status WHEN failures > 0 THEN 'failing' ELSE 'healthy' END AS state, count(*) AS number
  FROM webhook_endpoints WHERE deleted_at IS NULL GROUP BY 1`;
const states = ['healthy', 'failing', 'disabled'];

/** Measures what waits to be sent. An endpoint that fails holds up only what is for it, and does not count as late. */
@Injectable()
export class WebhookMetrics {
  constructor(
    private readonly tx: Transaction,
    gauges: SharedGauges,
  ) {
    gauges.add('till_webhook_deliveries_due', 'Deliveries that are due for healthy endpoints.', [], async (set) =>
      set({}, (await this.waiting()).number),
    );
    const ageHelp = 'For how long the oldest of them has been due; 0 if there is none.';
    const measureAge: Measure = async (set) => set({}, (await this.waiting()).age);
    gauges.add('till_webhook_deliveries_oldest_due_seconds', ageHelp, [], measureAge, 'max');
    gauges.add('till_webhook_endpoints', 'Webhook endpoints, by state.', ['state'], async (set) => {
      for (const state of states) set({ state }, 0);
      const rows = await this.tx.query<{ state: string; number: number }>(ENDPOINTS);
      for (const { state, number } of rows) set({ state }, number);
    });
  }

  private async waiting(): Promise<{ number: number; age: number }> {
    return (await this.tx.query<{ number: number; age: number }>(WAITING))[0]!;
  }
}
