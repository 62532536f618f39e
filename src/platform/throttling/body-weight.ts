import type { FastifyRequest } from 'fastify';

/** Bytes of a body that count as one more request of its address. */
const BYTES_OF_ADDRESS = 4096;
/**
 * The same for its user. The rows for a body are at most about ten times as long as its JSON, so a user adds at most 20 MB a
 * minute.
 */
const BYTES_OF_USER = 2048;
/** The weight of a body without an announced length before it is read. */
const UNKNOWN_LENGTH = 16 * BYTES_OF_ADDRESS;

/** Returns how many requests of its address a request counts as, before its body is read. */
export function weightOfAddress(request: FastifyRequest): number {
  return weightOf(announced(request) ?? UNKNOWN_LENGTH, BYTES_OF_ADDRESS);
}

/** Returns how many requests of its user a request counts as, after its body was read. */
export function weightOfUser(request: FastifyRequest): number {
  return weightOf(announced(request) ?? lengthOf(request.body), BYTES_OF_USER);
}

/** The length of the body in bytes, 0 without one; `undefined` when it comes in chunks (RFC 9112, section 6.3). */
function announced({ headers }: FastifyRequest): number | undefined {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
}

function lengthOf(body: unknown): number {
  return body === undefined ? 0 : Buffer.byteLength(JSON.stringify(body));
}

function weightOf(bytes: number, bytesPerRequest: number): number {
  return Number.isSafeInteger(bytes) && bytes > 0 ? 1 + Math.floor(bytes / bytesPerRequest) : 1;
}
