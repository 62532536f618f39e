import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { ROOT } from './queue-board.js';

const HERE = new RegExp(`^${ROOT}(?:[/?]|$)`);

/**
 * Lets a browser sign in to the board by its own dialog (Basic, RFC 7617): the password is an API key or an access token, the name says nothing.
 * From there on it is that token, with all limits and permissions of one.
 */
@Injectable()
export class PasswordSignIn implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, _, done) => {
      const token = HERE.test(request.url) ? passwordIn(request.headers.authorization) : undefined;
      if (token !== undefined) request.headers.authorization = `Bearer ${token}`;
      done();
    });
    fastify.addHook('onSend', (request, reply, _, done) => {
      if (reply.statusCode === 401 && HERE.test(request.url)) {
        void reply.header(
          'WWW-Authenticate',
          'Basic realm="Till: an API key or access token as the password", charset="UTF-8"',
        );
      }
      done();
    });
  }
}

function passwordIn(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic ([\w+/=-]+)$/i.exec(authorization ?? '') ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString().split(':').slice(1).join(':');
}
