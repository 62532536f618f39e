import { renderSVG } from 'uqr';
import { base32, otpauthUri } from './domain/totp.js';
import type { TotpSecretView } from './second-factors.view.js';

/** `issuer` and `account` are what the app shows beside the code. */
export function presentTotpSecret(secret: Buffer, issuer: string, account: string): TotpSecretView {
  const uri = otpauthUri(secret, issuer, account);
  const svg = Buffer.from(renderSVG(uri)).toString('base64');
  return { secret: base32(secret), uri, qrCode: `data:image/svg+xml;base64,${svg}` };
}
