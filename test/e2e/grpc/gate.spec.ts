import { once } from 'node:events';
import { connect } from 'node:http2';
import { status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { GrpcServer } from '../../../src/grpc/index.js';
import { detailsOf, grpcClient } from '../../support/grpc.js';
import { api, scenario } from '../../support/scenario.js';

const LIMIT = 5;
scenario({
  people: [],
  unchecked: true,
  env: { GRPC_PORT: '0', RATE_LIMIT_SCALE: '1', RATE_LIMIT_PER_ADDRESS: String(LIMIT) },
});

/** Returns the status of a call whose request never ends. */
async function statusOfHalf(port: number): Promise<number> {
  const session = connect(`http://localhost:${port}`);
  const path = '/till.v1.OrderService/GetOrder';
  const half = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
  const [headers] = (await once(half, 'response')) as [Readonly<Record<string, string>>];
  session.destroy();
  return Number(headers['grpc-status']);
}

it('Calls are refused before they are read, and count once for their address', async () => {
  const port = api.app.get(GrpcServer, { strict: false }).port!;
  const client = grpcClient(port);
  expect(await statusOfHalf(port)).toBe(status.UNAUTHENTICATED);
  const call = () => client.call('OrderService/GetOrder', { id: 'x' }, { token: 'none' }).catch((it: unknown) => it);
  for (let n = 1; n < LIMIT; n += 1) expect(await call()).toMatchObject({ code: status.UNAUTHENTICATED });
  const refused = await call();
  expect(refused).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  const { ErrorInfo, RetryInfo } = detailsOf(refused as never);
  expect(ErrorInfo).toMatchObject({ reason: 'RATE_LIMITED' });
  expect(RetryInfo).toBeDefined();
  expect(await statusOfHalf(port)).toBe(status.RESOURCE_EXHAUSTED);
  await expect(client.call('grpc.health.v1.Health/Check', {})).resolves.toHaveProperty('body.status');
  client.close();
});
