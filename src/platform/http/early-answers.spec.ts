import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { EarlyAnswers, RouteTerms } from '../routes/index.js';
import { answerEarly } from './early-answers.js';

/** Has an answer for one URL. */
class Memory implements EarlyAnswers {
  answer: EarlyAnswers['answer'] = ({ url }, reply) => {
    if (url !== '/kept') return false;
    void reply.send('from memory');
    return true;
  };
}

/** What a server with a hook for every request says, and what it went through. */
async function ask(method: 'GET' | 'HEAD' | 'POST', url: string, headers: Record<string, string> = {}) {
  const server = fastify();
  const passed: string[] = [];
  server.addHook('onRequest', (_request, _reply, done) => {
    passed.push('hook');
    done();
  });
  answerEarly(server, () => new Memory());
  const config: RouteTerms = { early: Memory };
  server.route({
    method: method === 'POST' ? 'POST' : 'GET',
    url: '/:name',
    config,
    handler: () => {
      passed.push('handler');
      return 'from the handler';
    },
  });
  const { body } = await server.inject({ method, url, headers });
  return [...passed, body];
}

describe('What is in memory', () => {
  it('is sent to strangers after the hooks of all requests, without the handler', async () => {
    expect(await ask('GET', '/kept')).toEqual(['hook', 'from memory']);
  });

  it.each([
    ['GET', '/kept', { authorization: 'Bearer x' }],
    ['GET', '/other', {}],
    ['POST', '/kept', {}],
  ] as const)('is not sent for %s %s %o', async (method, url, headers) => {
    expect(await ask(method, url, headers)).toEqual(['hook', 'handler', 'from the handler']);
  });

  it('is not asked for a HEAD, whose handler makes no body', async () => {
    expect(await ask('HEAD', '/kept')).toEqual(['hook', 'handler', '']);
  });
});
