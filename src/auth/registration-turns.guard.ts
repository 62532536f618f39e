import type { ServerResponse } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HASHES_AT_ONCE } from './password-hasher.js';
import { Turns } from './turns.js';

const WAITING_ROOM = 1000;

/**
 * Lets few registrations begin at a time. With an Idempotency-Key they run in a transaction from start to end, the slow
 * hash included, and a crowd of them would hold every connection to the database. Guards run before that begins.
 */
@Injectable()
export class RegistrationTurnsGuard implements CanActivate {
  private readonly turns = new Turns(HASHES_AT_ONCE + 1, WAITING_ROOM);

  /** Waits for the turn, which lasts until the answer is sent or the client is gone. @throws Overloaded */
  canActivate(context: ExecutionContext): Promise<boolean> {
    const { raw } = context.switchToHttp().getResponse<FastifyReply>();
    return new Promise((begin, refuse) => {
      this.turns
        .take(() => {
          begin(true);
          return closed(raw);
        })
        .catch(refuse);
    });
  }
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => (response.closed ? resolve() : response.once('close', resolve)));
}
