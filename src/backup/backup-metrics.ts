import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { Measure } from '../platform/metrics/index.js';
import { SharedGauges } from '../platform/shared-gauges/index.js';
import { BackupRunEntity } from './backup-run.entity.js';

const AGES = [
  ['backup', 'till_backup_age_seconds', 'Seconds since the last backup was taken; absent if there was none.'],
  ['drill', 'till_backup_drill_age_seconds', 'Seconds since a backup was last restored and proven; absent if never.'],
] as const;

/** Measures the age of the newest backup and of the newest drill. Alert on both. */
@Injectable()
export class BackupMetrics {
  constructor(
    @InjectRepository(BackupRunEntity) private readonly runs: Repository<BackupRunEntity>,
    gauges: SharedGauges,
  ) {
    for (const [kind, name, help] of AGES) {
      const measure: Measure = async (set) => {
        const age = await this.ageOf(kind);
        if (age !== undefined) set({}, age);
      };
      gauges.add(name, help, [], measure, 'max');
    }
  }

  private async ageOf(kind: BackupRunEntity['kind']): Promise<number | undefined> {
    const row = await this.runs
      .createQueryBuilder('run')
      .select('extract(epoch FROM now() - max(run.finished_at))::float8', 'age')
      .where('run.kind = :kind', { kind })
      .getRawOne<{ age: number | null }>();
    return row?.age ?? undefined;
  }
}
