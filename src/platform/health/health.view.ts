import type { HealthCheckResult, HealthCheckStatus, HealthIndicatorResult } from '@nestjs/terminus';

export type { HealthCheckStatus, HealthIndicatorResult };

/** The body of terminus, with what runs and for how long, for those who may know. */
export interface Health extends HealthCheckResult {
  readonly version?: string;
  readonly uptimeSeconds?: number;
}

/**
 * Sums up indicators as terminus does: `info` has those that are up or degraded, `error` those that are down, `details` all.
 * `shutting_down` comes before all else.
 */
export function healthOf(details: HealthIndicatorResult, isShuttingDown = false): Health {
  const entries = Object.entries(details);
  const isDown = entries.some(([, { status }]) => status === 'down');
  const isDegraded = entries.some(([, { status }]) => status === 'degraded');
  const status = isShuttingDown ? 'shutting_down' : isDown ? 'error' : isDegraded ? 'degraded' : 'ok';
  return {
    status,
    info: Object.fromEntries(entries.filter(([, one]) => one.status !== 'down')),
    error: Object.fromEntries(entries.filter(([, one]) => one.status === 'down')),
    details,
  };
}

/** 503 tells a proxy to send no requests. */
export function httpStatusOf({ status }: Health): 200 | 503 {
  return status === 'error' || status === 'shutting_down' ? 503 : 200;
}
