import { type DynamicModule, Module } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';
import { version } from '../build/index.js';
import { Config } from '../config/index.js';
import { MetricsController } from './metrics.controller.js';
import { showShops } from './shop-label.js';

/** Gauges of prom-client whose names end as those of counters do (Prometheus, "Metric and label naming"). */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** `/metrics`: the figures of the process and of all modules. */
@Module({ controllers: [MetricsController] })
export class MetricsModule {
  constructor(config: Config) {
    if (config.metricsByShop) showShops(config.shop);
    if (register.getSingleMetric('process_cpu_user_seconds_total')) return;
    collectDefaultMetrics();
    for (const name of MISNAMED) register.removeSingleMetric(name);
  }

  /** For a process of this name. */
  static of(process: string): DynamicModule {
    showBuild(process);
    return { module: MetricsModule };
  }
}

/** An info metric: its value is always 1, and its labels say what runs. */
function showBuild(name: string): void {
  register.removeSingleMetric('till_build_info');
  const help = 'What runs: the version of Till, the version of Node, and which of its processes.';
  const info = new Gauge({ name: 'till_build_info', help, labelNames: ['version', 'node', 'process'] });
  info.set({ version, node: process.version, process: name }, 1);
}
