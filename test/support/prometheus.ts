import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOnPath } from '../../tools/servers/executables.js';
import { freePort } from '../../tools/servers/ports.js';

/** Debian has it in the package `prometheus`; .ci/run fetches it. */
export const prometheus = findOnPath('prometheus');

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

/** A Prometheus that scrapes these processes every five seconds, so that an answer may wait for a Redis that is away, and evaluates these rules every second. */
export async function startPrometheus(urls: readonly string[], rules: string) {
  const directory = await mkdtemp(path.join(tmpdir(), 'till-prometheus-'));
  const fileIn = (name: string) => path.join(directory, name);
  await writeFile(fileIn('rules.yml'), rules);
  const targets = urls.map((url) => new URL(url).host);
  const config = {
    global: { scrape_interval: '5s', evaluation_interval: '1s' },
    rule_files: [fileIn('rules.yml')],
    scrape_configs: [{ job_name: 'till', static_configs: [{ targets }] }],
  };
  await writeFile(fileIn('prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  const child = spawn(
    prometheus!,
    [
      `--config.file=${fileIn('prometheus.yml')}`,
      `--storage.tsdb.path=${fileIn('data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  const ask = async <T>(what: string): Promise<T | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${what}`).catch(() => undefined);
    return answer?.ok ? ((await answer.json()) as { data: T }).data : undefined;
  };
  return {
    /** How many of the processes it reads. */
    up: async () => {
      const found = await ask<{ activeTargets: readonly { health: string }[] }>('targets?state=active');
      return found?.activeTargets.filter(({ health }) => health === 'up').length ?? 0;
    },
    /** The names of the alerts that fire now, without the watchdog that always does. */
    firing: async () => {
      const found = await ask<{ alerts: readonly { state: string; labels: { alertname: string } }[] }>('alerts');
      const names = found?.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
      return names && [...new Set(names)].filter((name) => name !== 'TillWatchdog').toSorted();
    },
    /** All rules, with what came of their last evaluation. */
    rules: async () => {
      const found = await ask<{ groups: readonly { rules: readonly Rule[] }[] }>('rules');
      return found?.groups.flatMap((group) => group.rules) ?? [];
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
