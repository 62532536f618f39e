import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import { gauge } from '../metrics/index.js';

const OPEN = `
  SELECT status, count(*) AS number FROM event_deliveries WHERE status IN ('pending', 'queued', 'running') GROUP BY status
  UNION ALL SELECT 'dead', count(*) FROM event_deliveries WHERE status = 'dead'`;

/** Measures the events between a change and its effects. Alert on a backlog that does not fall. */
@Injectable()
export class BacklogMetrics {
  constructor(private readonly tx: Transaction) {
    gauge('till_outbox_backlog', 'Events that the relay has not yet turned into deliveries.', [], async (set) => {
      const [row] = await this.tx.query<{ number: number }>('SELECT count(*) AS number FROM outbox');
      set({}, row?.number ?? 0);
    });
    gauge('till_event_deliveries', 'Deliveries that are not done, by status.', ['status'], async (set) => {
      for (const status of ['pending', 'queued', 'running']) set({ status }, 0);
      const rows = await this.tx.query<{ status: string; number: number }>(OPEN);
      for (const { status, number } of rows) set({ status }, number);
    });
  }
}
