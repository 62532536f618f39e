import { Module } from '@nestjs/common';
import { AuthModule, CallerIdentificationModule } from '../auth/index.js';
import { EventLogModule } from '../platform/event-log/index.js';
import { HealthModule } from '../platform/health/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { UsersModule } from '../users/index.js';
import { LiveAccess } from './live-access.js';
import { LiveConnections } from './live-connections.js';
import { LiveController } from './live.controller.js';
import { LiveLog } from './live-log.js';
import { LiveLogRepository } from './live-log.repository.js';
import { LiveReader } from './live-reader.js';
import { LiveSockets } from './live-sockets.js';
import { liveProblems } from './live.problems.js';
import { OrderOwners } from './order-owners.js';
import { Subscribers } from './subscribers.js';

/** Events as they come, by WebSocket and Server-Sent Events. */
@Module({
  imports: [
    EventLogModule,
    HealthModule,
    AuthModule,
    CallerIdentificationModule,
    UsersModule,
    ProblemsModule.forFeature(liveProblems),
  ],
  controllers: [LiveController],
  providers: [
    LiveConnections,
    LiveLog,
    LiveLogRepository,
    LiveReader,
    LiveAccess,
    LiveSockets,
    OrderOwners,
    Subscribers,
  ],
})
export class LiveApiModule {}
