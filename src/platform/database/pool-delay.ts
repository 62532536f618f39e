import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Measures how long a request waits for a connection now, by waiting for one itself when others do. */
@Injectable()
export class PoolDelay {
  private readonly pool: Pool;
  private startedAt: number | undefined;
  private last = 0;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  /** Returns the wait in milliseconds; 0 while connections are free. Call it again and again: each call may begin a measurement. */
  sample(): number {
    if (this.startedAt !== undefined) return performance.now() - this.startedAt;
    if (this.pool.waitingCount === 0) return (this.last = 0);
    void this.measure();
    return this.last;
  }

  private async measure(): Promise<void> {
    const began = (this.startedAt = performance.now());
    try {
      const client = await this.pool.connect();
      client.release();
      this.last = performance.now() - began;
    } catch {
      this.last = 0; // without a database there is no queue: requests fail at once
    } finally {
      this.startedAt = undefined;
    }
  }
}
