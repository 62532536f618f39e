import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findOnPath } from '../servers/executables.js';
import { type GuardedProcess, startGuarded } from '../servers/guarded-process.js';
import { freePort } from '../servers/ports.js';
import { waitUntilReady } from '../servers/readiness.js';

export const proxyNames = ['haproxy', 'nginx'] as const;
export type ProxyName = (typeof proxyNames)[number];
/** `default`: as the proxy does it unless told otherwise. `none`: a request that fails at one api fails. */
export type Retries = 'default' | 'none';

/** A proxy in front of the apis. */
export interface Proxy {
  readonly url: string;
  /** Before an api is asked to end. */
  leave(index: number): Promise<void>;
  /** After it is ready again: resolves when the proxy sends requests to all apis. */
  join(index: number): Promise<void>;
}

interface Options {
  readonly directory: string;
  /** Of the apis. */
  readonly ports: readonly number[];
  readonly retries: Retries;
}

const CHECK_MS = 500;
/** How long HAProxy may take to send requests to a server that is ready again, in milliseconds. */
const UP_WITHIN_MS = 30_000;
/** How long nginx takes to replace its workers after a reload, with much to spare, in milliseconds. */
const RELOADED_AFTER_MS = 1000;
/** The column `status` of HAProxy's statistics (management guide, section 9.1). */
const STATUS = 17;

export function startProxy(name: ProxyName, options: Options): Promise<Proxy> {
  const program = findOnPath(name);
  if (!program) throw new Error(`There is no ${name} on PATH. Install it, for example: apt-get install ${name}`);
  return name === 'haproxy' ? startHaproxy(program, options) : startNginx(program, options);
}

/** HAProxy checks readiness itself, so that nobody has to tell it who leaves. */
async function startHaproxy(program: string, { directory, ports, retries }: Options): Promise<Proxy> {
  const [front, stats] = [await freePort(), await freePort()];
  const file = path.join(directory, 'haproxy.cfg');
  const servers = ports.map((port, n) => `  server api${n} 127.0.0.1:${port} check inter ${CHECK_MS}ms`);
  writeFileSync(
    file,
    `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
${retries === 'none' ? '  retries 0\n' : ''}frontend till
  bind 127.0.0.1:${front}
  default_backend apis
frontend stats
  bind 127.0.0.1:${stats}
  stats enable
  stats uri /
backend apis
  option httpchk GET /health/ready
${servers.join('\n')}
`,
  );
  const { url } = await startInFront(program, ['-f', file], front, directory);
  const join = () => untilAllUp(stats);
  await join();
  return { url, leave: () => Promise.resolve(), join };
}

async function untilAllUp(stats: number): Promise<void> {
  const deadline = Date.now() + UP_WITHIN_MS;
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${stats}/;csv`)).text();
    const states = text.split('\n').filter((line) => /^apis,api\d/.test(line));
    if (states.every((line) => line.split(',')[STATUS] === 'UP')) return;
    if (Date.now() > deadline) throw new Error(`HAProxy does not take an api for ready:\n${states.join('\n')}`);
    await delay(100);
  }
}

/**
 * nginx as in deploy/proxies. It has no checks of its own: with retries it goes on to the other api when a connection is refused; without,
 * a controller has to tell it who leaves, as the one of an Ingress does.
 */
async function startNginx(program: string, { directory, ports, retries }: Options): Promise<Proxy> {
  const front = await freePort();
  const file = path.join(directory, 'nginx.conf');
  const write = (left?: number) => writeFileSync(file, nginxSettings({ directory, front, ports, retries, left }));
  write();
  const { url, running } = await startInFront(program, ['-c', file, '-g', 'daemon off;'], front, directory);
  const reload = async (left?: number) => {
    if (retries === 'default') return;
    write(left);
    process.kill(running.pid, 'SIGHUP');
    await delay(RELOADED_AFTER_MS);
  };
  return { url, leave: reload, join: () => reload() };
}

interface NginxOptions extends Options {
  readonly front: number;
  /** The api that leaves. */
  readonly left: number | undefined;
}

function nginxSettings({ directory, front, ports, retries, left }: NginxOptions): string {
  const servers = ports.map(
    (port, n) => `    server 127.0.0.1:${port} max_fails=2 fail_timeout=5s${n === left ? ' down' : ''};`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${path.join(directory, `nginx-${name}`)};`,
  );
  return `user root;
worker_processes 2;
pid ${path.join(directory, 'nginx.pid')};
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
${temporary.join('\n')}
  upstream till {
${servers.join('\n')}
    keepalive 64;
    keepalive_timeout 60s;
  }
  server {
    listen 127.0.0.1:${front};
    location / {
      proxy_pass http://till;
      proxy_http_version 1.1;
      proxy_set_header Connection '';
${retries === 'none' ? '      proxy_next_upstream off;\n' : ''}    }
  }
}
`;
}

async function startInFront(command: string, args: readonly string[], port: number, directory: string) {
  const logFile = path.join(directory, `${path.basename(command)}.log`);
  const running: GuardedProcess = await startGuarded({ command, args, logFile, stopSignal: 'SIGTERM' });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady({ url, instanceId: undefined, logFile });
  return { url, running };
}
