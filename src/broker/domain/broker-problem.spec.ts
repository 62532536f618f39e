import { expect, it } from 'vitest';
import { problemOf } from './broker-problem.js';

it.each([
  ['Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED"', undefined, /password/],
  [
    'Handshake terminated by server: 530 (NOT-ALLOWED) with message "NOT_ALLOWED - vhost x not found"',
    530,
    /virtual host/,
  ],
  ['Channel closed by server: 404 (NOT-FOUND)', 404, /exchange is gone/],
  ['unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /BROKER_CA/],
  ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', /BROKER_CA/],
  ["Hostname/IP does not match certificate's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID', /BROKER_CA/],
  ['wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER', /no TLS/],
  ['connect ECONNREFUSED 10.1.2.3:5672', 'ECONNREFUSED', /^It does not answer\.$/],
])('%s', (message, code, words) => {
  const problem = problemOf(Object.assign(new Error(message), { code }));
  expect(problem).toMatch(words);
  expect(problem).not.toContain('10.1.2.3');
});
