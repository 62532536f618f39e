import { Module } from '@nestjs/common';
import { NotificationsWorkerModule } from '../notifications/index.js';
import { ErasureRepository } from './erasure.repository.js';
import { UnfinishedErasures } from './unfinished-erasures.schedule.js';
import { Retention } from './retention.schedule.js';

@Module({ imports: [NotificationsWorkerModule], providers: [ErasureRepository, UnfinishedErasures, Retention] })
export class PrivacyWorkerModule {}
