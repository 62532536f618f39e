import { Module } from '@nestjs/common';
import { HealthModule } from '../platform/health/index.js';
import { GrpcServer } from './grpc-server.js';

/** gRPC for services inside, where GRPC_PORT is set. */
@Module({ imports: [HealthModule], providers: [GrpcServer] })
export class GrpcApiModule {}
