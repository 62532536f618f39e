import { HttpConnection } from '../load/http-connection.js';

/** Whether the books hold, by GET /v1/ledger/proof. */
export async function isBalanced(apiUrl: string, adminToken: string): Promise<boolean> {
  const connection = await HttpConnection.open(apiUrl);
  try {
    const { status, body } = await connection.get('/v1/ledger/proof', adminToken);
    if (status !== 200) throw new Error(`GET /v1/ledger/proof answered ${status}: ${body}`);
    return (JSON.parse(body) as { balanced: boolean }).balanced;
  } finally {
    connection.close();
  }
}
