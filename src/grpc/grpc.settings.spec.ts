import { describe, expect, it } from 'vitest';
import { development, problemsOf, production } from '../../test/support/variables.js';

describe('gRPC', () => {
  it('needs a certificate in production, unless the network is private and encrypted otherwise', () => {
    const served = { ...production, GRPC_PORT: '50051' };
    expect(problemsOf(served)).toEqual([
      'GRPC_TLS_CERT: must be set in production, because GRPC_PORT is, or set REQUIRE_TLS=no if the network is private and encrypted otherwise',
    ]);
    expect(problemsOf({ ...served, REQUIRE_TLS: 'no' })).toEqual([]);
    expect(problemsOf({ ...development, GRPC_PORT: '50051' })).toEqual([]);
  });
});
