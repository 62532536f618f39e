import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import type { Measure } from '../metrics/index.js';
import { SharedGauges } from '../shared-gauges/index.js';
import { ComponentChecks, type ComponentStatus, stateOfAge } from '../status/index.js';
import { IS_DEAD } from './is-dead.js';
import { Subscriptions } from './subscriptions.js';

const OUTBOX = `
  SELECT count(*) AS number, coalesce(extract(epoch FROM now() - min(e.created_at)), 0)::float8 AS age
  FROM outbox o JOIN events e ON e.id = o.event_id`;
const OPEN = `
  SELECT consumer, status, count(*) AS number, extract(epoch FROM now() - min(e.created_at))::float8 AS age
  FROM event_deliveries d JOIN events e ON e.id = d.event_id
  WHERE due_at IS NOT NULL GROUP BY consumer, status
  UNION ALL SELECT consumer, 'dead', count(*), 0 FROM event_deliveries
  WHERE ${IS_DEAD} GROUP BY consumer`;

/** Age of the oldest event that was not tried yet. */
const LATE = `
  SELECT coalesce(extract(epoch FROM now() - min(e.created_at)), 0)::float8 AS age FROM events e WHERE e.id IN (
    (SELECT event_id FROM outbox ORDER BY event_id LIMIT 1)
    UNION ALL (SELECT event_id FROM event_deliveries
      WHERE due_at IS NOT NULL AND status <> 'running' AND attempts = 0 ORDER BY event_id LIMIT 1))`;

const statuses = ['pending', 'queued', 'running', 'dead'];

type Open = {
  readonly consumer: string;
  readonly status: string;
  readonly number: number;
  /** Seconds since the oldest of these events happened. */
  readonly age: number;
};

/** Measures the events between a change and its effects. */
@Injectable()
export class BacklogMetrics {
  constructor(
    private readonly tx: Transaction,
    subscriptions: Subscriptions,
    gauges: SharedGauges,
    checks: ComponentChecks,
  ) {
    checks.add({ component: 'deliveries', title: 'E-mails and events', check: () => this.state() });
    const consumers = () => new Set(subscriptions.list().map(({ consumer }) => consumer));
    gauges.add('till_outbox_backlog', 'Events that the relay has not yet turned into deliveries.', [], async (set) =>
      set({}, (await this.outbox()).number),
    );
    gauges.add(
      'till_outbox_oldest_age_seconds',
      'Age of the oldest of these events; 0 if there is none.',
      [],
      async (set) => set({}, (await this.outbox()).age),
      'max',
    );
    const help = 'Deliveries that are not done, by consumer and status; dead: given up and left to people.';
    gauges.add('till_event_deliveries', help, ['consumer', 'status'], async (set) => {
      for (const consumer of consumers()) for (const status of statuses) set({ consumer, status }, 0);
      for (const { consumer, status, number } of await this.open()) set({ consumer, status }, number);
    });
    const ageHelp = 'Age of the oldest event that a consumer has not had and still will get; 0 if there is none.';
    const measureAges: Measure = async (set) => {
      const open = await this.open();
      for (const consumer of new Set([...consumers(), ...open.map((row) => row.consumer)])) {
        set({ consumer }, Math.max(0, ...open.filter((row) => row.consumer === consumer).map(({ age }) => age)));
      }
    };
    gauges.add('till_event_delivery_oldest_age_seconds', ageHelp, ['consumer'], measureAges, 'max');
  }

  /** Late by minutes is degraded, by an hour down. A consumer that fails for one event alone is tried again for a day, and is neither. */
  private async state(): Promise<ComponentStatus> {
    const [row] = await this.tx.query<{ age: number }>(LATE);
    return stateOfAge(row!.age, 300, 3600);
  }

  private async outbox(): Promise<Pick<Open, 'number' | 'age'>> {
    return (await this.tx.query<Pick<Open, 'number' | 'age'>>(OUTBOX))[0]!;
  }

  private open(): Promise<Open[]> {
    return this.tx.query<Open>(OPEN);
  }
}
