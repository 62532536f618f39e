import type { FastifyRequest } from 'fastify';

/** So many bytes of a body count as one request more of its address. */
const BYTES_OF_ADDRESS = 4096;
/**
 * The same of its user. The rows that a body adds are some ten times as long as its JSON at most, so that nobody adds more than
 * 20 MB a minute.
 */
const BYTES_OF_USER = 2048;
/** What a body whose length is not announced counts as before it is read. */
const UNKNOWN_LENGTH = 16 * BYTES_OF_ADDRESS;

/** As how many requests of its address one counts, before its body is read. */
export function weightOfAddress(request: FastifyRequest): number {
  return weightOf(announced(request) ?? UNKNOWN_LENGTH, BYTES_OF_ADDRESS);
}

/** As how many requests of its user one counts, whose body was read. */
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
