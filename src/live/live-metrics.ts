import { Counter, Histogram } from 'prom-client';
import { counter } from '../platform/metrics/index.js';

export const endedConnections = counter(
  'till_live_connections_ended_total',
  'Live connections that ended, by reason: closed by the client, or ended by Till.',
  { reason: ['closed', 'signed_out', 'rights_changed', 'too_slow', 'restart', 'failure'] },
);

export const refusedConnections = counter(
  'till_live_connections_refused_total',
  'Live connections that were refused, by limit.',
  { limit: ['user', 'process'] },
);

export const sentEvents = new Counter({
  name: 'till_live_events_sent_total',
  help: 'Events that were written to live connections.',
});

export const liveDelay = new Histogram({
  name: 'till_live_delay_seconds',
  help: 'Time from an event to its way to live connections.',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
});
