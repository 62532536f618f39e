import { Module } from '@nestjs/common';
import { HealthModule } from '../platform/health/index.js';
import { ThrottlingModule } from '../platform/throttling/index.js';
import { GrpcServer } from './grpc-server.js';
import { InnerApi } from './inner-api.js';

/** gRPC for services inside, where GRPC_PORT is set. */
@Module({ imports: [HealthModule, ThrottlingModule], providers: [GrpcServer, InnerApi] })
export class GrpcApiModule {}
