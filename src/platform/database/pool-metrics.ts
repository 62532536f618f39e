import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { gauge } from '../metrics/index.js';

/** Measures the pool. Waiting requests mean that the pool is too small or the database too slow. */
@Injectable()
export class PoolMetrics {
  constructor(@InjectDataSource() dataSource: DataSource) {
    const pool = (dataSource.driver as unknown as { master: Pool }).master;
    gauge('till_database_connections', 'Connections to the database, by state.', ['state'], (set) => {
      set({ state: 'idle' }, pool.idleCount);
      set({ state: 'used' }, pool.totalCount - pool.idleCount);
    });
    gauge('till_database_connections_max', 'Connections that the pool may open.', [], (set) =>
      set({}, pool.options.max),
    );
    gauge('till_database_waiting', 'Requests and jobs that wait for a connection.', [], (set) =>
      set({}, pool.waitingCount),
    );
    const help = 'Used part (0 to 1) of the connections that the pool may open; of several pools, of the fullest.';
    const usedRatio = () => (pool.totalCount - pool.idleCount) / pool.options.max;
    gauge('till_database_pool_used_ratio', help, [], (set) => set({}, usedRatio()), 'max');
  }
}
