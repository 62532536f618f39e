import type { FastifyRequest } from 'fastify';
import { clientAddress, signInAddress } from '../../platform/throttling/index.js';
import type { Origin } from './sessions.repository.js';

/** Who signs in, from where. `address` is as limits count it. */
export interface Visitor {
  readonly address: string;
  readonly origin: Origin;
}

const MAX_DEVICE = 200;
const MAX_ADDRESS = 100;

/** From where a request comes, for the list of sessions. */
export function originOf(request: FastifyRequest): Origin {
  const device = (request.headers['user-agent'] ?? '').replaceAll(/[^\x20-\x7e]/g, '').slice(0, MAX_DEVICE);
  return { address: clientAddress(request).slice(0, MAX_ADDRESS), device };
}

export function visitorOf(request: FastifyRequest): Visitor {
  return { address: signInAddress(request), origin: originOf(request) };
}
