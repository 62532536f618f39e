import type { IncomingMessage } from 'node:http';
import { BadRequestException } from '@nestjs/common';

/**
 * Finds headers that Node accepts but a proxy may read differently: more than one Host field (RFC 9112, section 3.2: 400), and a
 * request line without a version, which is HTTP/0.9.
 */
export function ambiguousHead({ rawHeaders, httpVersionMajor }: IncomingMessage): Error | undefined {
  if (httpVersionMajor < 1) return new BadRequestException('The request line names no version of HTTP.');
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1 ? new BadRequestException('The request has more than one Host field.') : undefined;
}
