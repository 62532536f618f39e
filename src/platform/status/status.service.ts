import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { HealthService } from '../health/index.js';
import { availability, type ComponentStatus, type Outage, timeline, worst } from './availability.js';
import type { ComponentCheckEntity, IncidentEntity } from './incident.entity.js';
import { IncidentsRepository } from './incidents.repository.js';
import type { ComponentView, IncidentView, StatusView } from './status.view.js';

const DAY_MS = 24 * 3600 * 1000;
/** The parts of the day that the page shows, of a quarter of an hour each. */
const PARTS = 96;
/** How long an answer is reused, in milliseconds: the page costs nothing, however many look at it. */
const CACHE_MS = 5000;
/** A component that was not checked for so long, in milliseconds, is not well: no worker runs. */
const UNCHECKED_MS = 120_000;

const API = { component: 'api', title: 'Service' };

/** What the status page says. It answers also while the database is away. */
@Injectable()
export class StatusService {
  private latest: StatusView | undefined;
  private asked: { readonly view: Promise<StatusView>; readonly at: number } | undefined;

  constructor(
    private readonly incidents: IncidentsRepository,
    private readonly health: HealthService,
    private readonly clock: Clock,
  ) {}

  status(): Promise<StatusView> {
    const now = performance.now();
    if (!this.asked || now - this.asked.at > CACHE_MS) this.asked = { view: this.look(), at: now };
    return this.asked.view;
  }

  private async look(): Promise<StatusView> {
    const { status } = await this.health.check();
    const isDown = status === 'error';
    try {
      if (isDown) return this.withoutDatabase();
      const now = this.clock.now();
      const [checks, incidents] = await Promise.all([
        this.incidents.checks(),
        this.incidents.since(new Date(now.getTime() - DAY_MS)),
      ]);
      return (this.latest = viewOf(checks, incidents, now));
    } catch {
      return this.withoutDatabase(); // the probe has not seen yet that it is gone
    }
  }

  /** The last components that were known, of which the api itself is down. */
  private withoutDatabase(): StatusView {
    const now = this.clock.now();
    const known = this.latest?.components ?? [emptyComponent(API.component, API.title)];
    const components = known.map((one) =>
      one.component === API.component ? { ...one, status: 'down' as const } : one,
    );
    return { status: 'down', updatedAt: now.toISOString(), components, incidents: this.latest?.incidents ?? [] };
  }
}

function emptyComponent(component: string, title: string): ComponentView {
  const lastDay = Array.from({ length: PARTS }, () => 'operational' as const);
  return { component, title, status: 'operational', availability: '1.00000', lastDay };
}

/** Puts the checks and incidents of the last 24 hours together. */
export function viewOf(
  checks: readonly ComponentCheckEntity[],
  incidents: readonly IncidentEntity[],
  now: Date,
): StatusView {
  const components = checks.map((check) => componentOf(check, incidents, now));
  return {
    status: worst(components.map(({ status }) => status)),
    updatedAt: now.toISOString(),
    components,
    incidents: incidents.map((incident) => incidentOf(incident)),
  };
}

function componentOf(check: ComponentCheckEntity, incidents: readonly IncidentEntity[], now: Date): ComponentView {
  const { component, title } = check;
  const [to, from] = [now.getTime(), now.getTime() - DAY_MS];
  const isUnchecked = to - check.checkedAt.getTime() > UNCHECKED_MS;
  const silence: Outage[] = isUnchecked
    ? [{ status: 'degraded', from: check.checkedAt.getTime(), until: undefined }]
    : [];
  const outages = [...incidents.filter((one) => one.component === component).map((one) => outageOf(one)), ...silence];
  const status: ComponentStatus =
    isUnchecked && component !== API.component ? worst([check.status, 'degraded']) : check.status;
  // Rounded down: 1 means that nothing happened.
  const share = (Math.floor(availability(outages, from, to) * 1e5) / 1e5).toFixed(5);
  return { component, title, status, availability: share, lastDay: timeline(outages, from, to, PARTS) };
}

function outageOf({ status, startedAt, endedAt }: IncidentEntity): Outage {
  return { status, from: startedAt.getTime(), until: endedAt?.getTime() };
}

function incidentOf({ component, status, startedAt, endedAt }: IncidentEntity): IncidentView {
  return { component, status, startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
