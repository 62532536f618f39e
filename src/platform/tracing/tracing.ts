/** Facts about a span, by OpenTelemetry's semantic conventions where there is one. Never personal data, and never a value of a row. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** `server` and `consumer` are what others asked for; `client` is what this process asks of others. */
  readonly kind: 'server' | 'client' | 'consumer';
  readonly attributes?: Attributes;
  /** The `traceparent` of whoever asked (W3C Trace Context); without one, the span that is running. */
  readonly parent?: string | undefined;
}

/** A span that has begun. */
export interface OpenSpan {
  /** Runs `work` so that what it does belongs to this span. */
  run<T>(work: () => T): T;
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** Ends it, with the kind of error if it failed. */
  end(error?: unknown): void;
}

/** Where the running work is in its trace. */
export interface Position {
  readonly traceId: string;
  /** For the next process, by W3C Trace Context. */
  readonly traceparent: string;
}

export interface Tracing {
  begin(name: string, options: SpanOptions): OpenSpan;
  /** `undefined` outside of any span. */
  position(): Position | undefined;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

/** Where spans go, for whom, and how many. */
export interface TracingSettings {
  /** The base URL of an OTLP/HTTP collector. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The share of traces that are recorded, 0 to 1; the same traces in every process. */
  readonly ratio: number;
}

let running: Tracing | undefined;

/** `undefined` unless this process traces: then nothing of OpenTelemetry is loaded. */
export function tracing(): Tracing | undefined {
  return running;
}

/** Loads OpenTelemetry and begins to trace, if it is configured. `warn` hears, at most once a minute, of a collector that takes nothing. */
export async function startTracing(
  service: string,
  settings: TracingSettings | undefined,
  warn: (message: string) => void,
): Promise<void> {
  if (!settings) return;
  const { openTelemetry } = await import('./opentelemetry.js');
  running = openTelemetry(service, settings, warn);
}

export async function stopTracing(): Promise<void> {
  await running?.close();
  running = undefined;
}

/** Runs `work` as a span of its own; without tracing it only runs it. */
export async function traced<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  if (!running) return work();
  const span = running.begin(name, options);
  try {
    const result = await span.run(work);
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
