import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { Transaction } from '../database/index.js';
import type { ComponentStatus } from './availability.js';
import { ComponentCheckEntity, IncidentEntity } from './incident.entity.js';

const CHECKED = `
  INSERT INTO component_checks (component, title, status, checked_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (component) DO UPDATE SET title = excluded.title, status = excluded.status, checked_at = excluded.checked_at`;
const END = `UPDATE incidents SET ended_at = greatest($3, started_at) WHERE component = $1 AND ended_at IS NULL AND status <> $2`;
const BEGIN = `
  INSERT INTO incidents (component, status, started_at) SELECT $1, $2, $3 WHERE $2 <> 'operational' ON CONFLICT DO NOTHING`;
const FORGET = `DELETE FROM incidents WHERE ended_at < now() - interval '90 days'`;

/** A state that a check found. */
export interface Found {
  readonly component: string;
  readonly title: string;
  readonly status: ComponentStatus;
  /** Since when it is so. */
  readonly since: Date;
}

@Injectable()
export class IncidentsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Records states: begins and ends incidents, so that each component has at most one that is open. */
  record(found: readonly Found[], at: Date): Promise<void> {
    return this.tx.run(async () => {
      for (const { component, title, status, since } of found.toSorted((a, b) =>
        a.component < b.component ? -1 : 1,
      )) {
        await this.tx.query(CHECKED, [component, title, status, at]);
        await this.tx.query(END, [component, status, since]);
        await this.tx.query(BEGIN, [component, status, since]);
      }
    });
  }

  /** Deletes incidents that ended more than 90 days ago. */
  async forgetOld(): Promise<void> {
    await this.tx.query(FORGET);
  }

  /** Returns the latest checks, by the names of the components. */
  async checks(): Promise<ComponentCheckEntity[]> {
    const checks = await this.tx.repository(ComponentCheckEntity).find();
    return checks.toSorted((a, b) => (a.component < b.component ? -1 : 1));
  }

  /** Returns the incidents that are open, or ended after `from`; the newest first. */
  async since(from: Date): Promise<IncidentEntity[]> {
    const where = [{ endedAt: IsNull() }, { endedAt: MoreThan(from) }];
    const incidents = await this.tx.repository(IncidentEntity).find({ where });
    return incidents.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  }
}
