import { status } from '@grpc/grpc-js';
import { Counter } from 'prom-client';

const calls = new Counter({
  name: 'till_grpc_calls_total',
  help: 'Calls by gRPC that ended, by method and status.',
  labelNames: ['method', 'code'],
});

/** Counts a call that ended; `method` is a name of the contract. */
export function countEnded(method: string, code: status): void {
  calls.inc({ method, code: status[code] });
}
