import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ValidationFailed } from '../../../shared/errors.js';
import type { AttemptId } from '../../../shared/ids.js';
import { Public } from '../../../platform/access/index.js';
import { IdPipe, RawBody, rawBodyOf } from '../../../platform/http/index.js';
import { challengePage, PAGE_HEADERS } from './challenge-page.js';
import { type Challenge, type Decision, SandboxChallenges } from './challenges.service.js';

/** The page that `nextAction.url` of a sandbox payment leads to. The shopper's browser is not signed in at the bank. */
@ApiExcludeController()
@Public({ ignoresToken: true })
@Controller('sandbox/challenges/:id')
export class SandboxChallengesController {
  constructor(private readonly challenges: SandboxChallenges) {}

  @Get()
  async ask(@Param('id', IdPipe('att')) id: AttemptId, @Res() reply: FastifyReply): Promise<void> {
    show(reply, await this.challenges.find(id));
  }

  @Post()
  @HttpCode(200)
  @RawBody()
  async decide(
    @Param('id', IdPipe('att')) id: AttemptId,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    show(reply, await this.challenges.decide(id, decisionIn(rawBodyOf(request))));
  }
}

function show(reply: FastifyReply, challenge: Challenge): void {
  void reply.status(200).headers(PAGE_HEADERS).send(challengePage(challenge));
}

/** Reads the decision from a form's body (application/x-www-form-urlencoded). @throws ValidationFailed */
function decisionIn(body: Buffer): Decision {
  const decision = new URLSearchParams(body.toString('utf8')).get('decision');
  if (decision === 'approve' || decision === 'refuse') return decision;
  throw new ValidationFailed([{ pointer: '/decision', code: 'is_in', message: 'must be approve or refuse' }]);
}
