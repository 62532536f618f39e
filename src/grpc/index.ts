export { GrpcApiModule } from './grpc.api.module.js';
export { GrpcServer } from './grpc-server.js';
