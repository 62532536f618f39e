import {
  type Context,
  context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { OtlpExporter } from './otlp-exporter.js';
import type { OpenSpan, Tracing, TracingSettings } from './tracing.js';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;
/** Spans that wait for the collector; more are dropped, so a dead collector costs 2048 spans of memory and nothing else. */
const LIMITS = { maxQueueSize: 2048, maxExportBatchSize: 256, scheduledDelayMillis: 1000, exportTimeoutMillis: 5000 };
const CLOSE_MS = 2000;
const WARN_EVERY_MS = 60_000;

/** Tracing by OpenTelemetry's SDK, which exports by OTLP over HTTP, in the background. */
export function openTelemetry(service: string, settings: TracingSettings, warn: (message: string) => void): Tracing {
  diag.setLogger(quiet(warn), DiagLogLevel.WARN);
  const ratio = new TraceIdRatioBasedSampler(settings.ratio);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    // By the trace's id, so that all processes decide alike, and a client can't have more recorded than the ratio.
    sampler: new ParentBasedSampler({
      root: ratio,
      remoteParentSampled: ratio,
      remoteParentNotSampled: new AlwaysOffSampler(),
    }),
    spanProcessors: [new BatchSpanProcessor(new OtlpExporter(settings, LIMITS.exportTimeoutMillis), LIMITS)],
  });
  provider.register();
  return tracingBy(trace.getTracer('till'), () => provider.shutdown());
}

function tracingBy(tracer: Tracer, shutdown: () => Promise<void>): Tracing {
  return {
    begin: (name, { kind, attributes = {}, parent }) => {
      const from = parent === undefined ? context.active() : parentOf(parent);
      return openSpan(tracer.startSpan(name, { kind: KINDS[kind], attributes }, from), from);
    },
    position: () => {
      const running = trace.getSpanContext(context.active());
      if (!running) return undefined;
      const { traceId, spanId, traceFlags } = running;
      return { traceId, traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}` };
    },
    close: () =>
      Promise.race([
        shutdown().catch(() => undefined), // a collector that is away takes nothing, and was reported
        new Promise<void>((resolve) => void setTimeout(resolve, CLOSE_MS).unref()),
      ]),
  };
}

function openSpan(span: Span, from: Context): OpenSpan {
  const within = trace.setSpan(from, span);
  return {
    run: (work) => context.with(within, work),
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes),
    end: (error) => {
      if (error !== undefined) {
        span.setAttribute('error.type', kindOf(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

/** The name of an error and its code. Its message may hold values. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as NodeJS.ErrnoException;
  const name = error.name === 'Error' ? error.constructor.name : error.name;
  return /^[\w.]{1,60}$/.test(String(code)) ? `${name}:${code}` : name;
}

/** W3C Trace Context, section 3.2.2; a later version begins alike. What is malformed begins a new trace. */
function parentOf(traceparent: string): Context {
  const [, traceId, spanId, flags] =
    /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/.exec(traceparent) ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags!, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

const nothing = () => undefined;

/** OpenTelemetry's own messages: the first of each minute, as one sentence, since they may hold addresses and headers. */
function quiet(warn: (message: string) => void) {
  let last = -Infinity;
  const once = () => {
    if (performance.now() - last < WARN_EVERY_MS) return;
    last = performance.now();
    warn('the collector of traces takes no spans; they are dropped');
  };
  return { error: once, warn: once, info: nothing, debug: nothing, verbose: nothing };
}
