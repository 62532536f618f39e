import { z } from 'zod';
import { certificates, isProduction, section } from '../platform/config/index.js';

/** Undefined without a port: then nothing of gRPC is loaded. */
export const grpcSettings = section({
  variables: {
    GRPC_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
    GRPC_TLS_CERT: certificates.optional(),
    GRPC_TLS_KEY: z.string().optional(),
    GRPC_TLS_CLIENT_CA: certificates.optional(),
  },
  secrets: ['GRPC_TLS_CERT', 'GRPC_TLS_KEY', 'GRPC_TLS_CLIENT_CA'],
  problems({ GRPC_PORT, GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CLIENT_CA, ...given }) {
    const isReadable = GRPC_PORT !== undefined && !GRPC_TLS_CERT && isProduction(given) && given.REQUIRE_TLS !== 'no';
    return [
      ...(isReadable
        ? [
            'GRPC_TLS_CERT: must be set in production, because GRPC_PORT is, or set REQUIRE_TLS=no if the network is private and encrypted otherwise',
          ]
        : []),
      ...(GRPC_TLS_KEY && !GRPC_TLS_CERT ? ['GRPC_TLS_CERT: must be set, because GRPC_TLS_KEY is'] : []),
      ...(GRPC_TLS_CERT && !GRPC_TLS_KEY ? ['GRPC_TLS_KEY: must be set, because GRPC_TLS_CERT is'] : []),
      ...(GRPC_TLS_CLIENT_CA && !GRPC_TLS_CERT
        ? ['GRPC_TLS_CERT: must be set, because GRPC_TLS_CLIENT_CA asks clients for certificates']
        : []),
    ];
  },
  settings: ({ GRPC_PORT, GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CLIENT_CA }): GrpcSettings | undefined =>
    GRPC_PORT === undefined
      ? undefined
      : {
          port: GRPC_PORT,
          tls:
            GRPC_TLS_CERT && GRPC_TLS_KEY
              ? { cert: GRPC_TLS_CERT, key: GRPC_TLS_KEY, clientCa: GRPC_TLS_CLIENT_CA }
              : undefined,
        },
});

export interface GrpcSettings {
  /** A free one if 0. */
  readonly port: number;
  /** Absent: calls come in the clear. */
  readonly tls: GrpcTls | undefined;
}

/** Certificates and key as PEM. */
export interface GrpcTls {
  readonly cert: string;
  readonly key: string;
  /** Only clients with a certificate of this authority may connect. */
  readonly clientCa: string | undefined;
}
