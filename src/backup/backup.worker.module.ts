import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BackupMetrics } from './backup-metrics.js';
import { BackupRunEntity } from './backup-run.entity.js';

/** The age of the backups, for the worker's metrics. Commands take and restore them. */
@Module({ imports: [TypeOrmModule.forFeature([BackupRunEntity])], providers: [BackupMetrics] })
export class BackupWorkerModule {}
