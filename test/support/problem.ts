import assert from 'node:assert/strict';
import { problemCatalog } from '../../src/platform/http/index.js';
import type { ProblemBody } from './bodies.js';
import type { Answer } from './http-client.js';

const MEMBERS = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'];

/** The problem in an answer, once it is made sure that it is whole, and consistent with itself (RFC 9457). */
export function problemIn({
  status,
  headers,
  text,
}: Pick<Answer<unknown>, 'status' | 'headers' | 'text'>): ProblemBody {
  assert.equal(headers.get('content-type'), 'application/problem+json; charset=utf-8', text.slice(0, 500));
  const body = JSON.parse(text) as Record<string, unknown> & ProblemBody;
  assert.deepEqual(Object.keys(body).slice(0, MEMBERS.length), MEMBERS);
  assert.equal(body.status, status);
  assert.equal(body['requestId'], headers.get('x-request-id'));
  assert.equal(body['title'], problemCatalog.get(body.code)?.title);
  const own = `^https?://.*/problems/${body.code}$`;
  const registered = '^https://iana.org/assignments/http-problem-types#[a-z-]+$';
  assert.match(String(body['type']), new RegExp('violated-policies' in body ? registered : own));
  assert.match(body.detail, /\S/);
  assert.match(String(body['instance']), /^\//);
  return body;
}
