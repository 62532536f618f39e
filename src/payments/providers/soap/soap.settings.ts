import { z } from 'zod';
import { isProduction, section, sendsInTheClear, url } from '../../../platform/config/index.js';

export interface SoapGatewaySettings {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** Undefined without a URL: then the provider does not exist. */
export const soapSettings = section({
  variables: {
    SOAP_GATEWAY_URL: url('http', 'https').optional(),
    SOAP_GATEWAY_USERNAME: z.string().optional(),
    SOAP_GATEWAY_PASSWORD: z.string().optional(),
  },
  secrets: ['SOAP_GATEWAY_PASSWORD'],
  problems(given) {
    if (!given.SOAP_GATEWAY_URL) return [];
    const missing = (['SOAP_GATEWAY_USERNAME', 'SOAP_GATEWAY_PASSWORD'] as const).filter((name) => !given[name]);
    const inTheClear = isProduction(given) && sendsInTheClear(given.SOAP_GATEWAY_URL);
    return [
      ...missing.map((name) => `${name}: must be set, because SOAP_GATEWAY_URL is`),
      ...(inTheClear ? ['SOAP_GATEWAY_URL: must be https in production, or payments travel in the clear'] : []),
    ];
  },
  settings: ({ SOAP_GATEWAY_URL, SOAP_GATEWAY_USERNAME, SOAP_GATEWAY_PASSWORD }): SoapGatewaySettings | undefined =>
    SOAP_GATEWAY_URL
      ? { url: SOAP_GATEWAY_URL, username: SOAP_GATEWAY_USERNAME ?? '', password: SOAP_GATEWAY_PASSWORD ?? '' }
      : undefined,
});
