import { Injectable } from '@nestjs/common';
import { gauge, type Measure } from '../metrics/index.js';
import { HealthService } from './health.service.js';
import type { HealthIndicatorResult } from './health.view.js';
import { databaseStateOf, databaseStates } from './not-ready.js';
import { Probes } from './probes.js';

/** Shows to Prometheus what readiness says, so that an alert can name the cause. */
@Injectable()
export class HealthMetrics {
  constructor(health: HealthService, probes: Probes) {
    const help = 'Whether a health indicator of /health/ready is up (1), or degraded or down (0).';
    const measureChecks: Measure = async (set) => {
      const { details } = await health.check();
      for (const [check, { status }] of Object.entries(details)) set({ check }, status === 'up' ? 1 : 0);
    };
    gauge('till_health_check_up', help, ['check'], measureChecks, 'min');
    gauge(
      'till_database_state',
      'What the database can do: 1 for its state, 0 for all others.',
      ['state'],
      async (set) => {
        const present = databaseStateOf(reasonIn((await health.check()).details));
        for (const state of databaseStates) set({ state }, state === present ? 1 : 0);
      },
      'max',
    );
    const expiryHelp = 'When the certificate of a server ends, in seconds since 1970; only for connections with TLS.';
    const measureExpiry: Measure = (set) => {
      for (const [server, endsAt] of Object.entries(probes.certificateEnds()))
        if (endsAt) set({ server }, endsAt.getTime() / 1000);
    };
    gauge('till_server_certificate_expiry_timestamp_seconds', expiryHelp, ['server'], measureExpiry, 'min');
  }
}

function reasonIn({ database, migrations }: HealthIndicatorResult): string | undefined {
  return (database?.['message'] ?? migrations?.['message']) as string | undefined;
}
