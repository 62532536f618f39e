import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../../shared/errors.js';
import { Public } from '../access/index.js';
import { Config } from '../config/index.js';
import { prefersPage } from './prefers-page.js';
import { problemCatalog, statusOfProblem } from './problem-catalog.js';
import type { ProblemDoc } from './problem-doc.js';
import { type ExplainedProblem, PAGE_HEADERS, problemPage, problemsPage } from './problem-page.js';

/** Serves the page for a problem's `type`: HTML for browsers, JSON for programs. */
@ApiExcludeController()
@Public({ ignoresToken: true })
@Controller('problems')
export class ProblemsController {
  constructor(private readonly config: Config) {}

  @Get()
  list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const problems = [...problemCatalog].map(([code, doc]) => explained(code, doc));
    const sorted = problems.toSorted((a, b) => a.status - b.status || a.code.localeCompare(b.code));
    return wantsPage(request, reply) ? problemsPage(sorted) : { data: sorted };
  }

  @Get(':code')
  read(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ExplainedProblem | string {
    const doc = problemCatalog.get(code);
    if (!doc) throw new NotFound('problem', code);
    const problem = explained(code, doc);
    return wantsPage(request, reply) ? problemPage(problem, this.config.http.publicUrl) : problem;
  }
}

const explained = (code: string, { title, help }: ProblemDoc): ExplainedProblem => ({
  code,
  status: statusOfProblem(code),
  title,
  help,
});

function wantsPage({ headers }: FastifyRequest, reply: FastifyReply): boolean {
  void reply.header('Vary', 'Accept');
  const wants = prefersPage(headers.accept);
  if (wants) void reply.headers(PAGE_HEADERS);
  return wants;
}
