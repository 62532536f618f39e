import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { TracingSettings } from './tracing.js';

type Done = Parameters<SpanExporter['export']>[1];
type Time = ReadableSpan['startTime'];
type Values = Readonly<Record<string, unknown>>;

/**
 * Sends spans to a collector by OTLP over HTTP, as JSON (OpenTelemetry Protocol 1.x). One request for each batch, and no second try: what the collector
 * does not take within the time limit is dropped.
 */
export class OtlpExporter implements SpanExporter {
  private readonly url: string;

  constructor(
    private readonly settings: TracingSettings,
    private readonly timeoutMs: number,
  ) {
    this.url = `${settings.endpoint.replace(/\/$/, '')}/v1/traces`;
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.send(spans).then(
      () => done({ code: 0 }),
      (error: Error) => done({ code: 1, error }),
    );
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  private async send(spans: readonly ReadableSpan[]): Promise<void> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { ...this.settings.headers, 'content-type': 'application/json' },
      body: JSON.stringify(exportOf(spans)),
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    await answer.arrayBuffer(); // so that the connection is used again
    if (!answer.ok) throw new Error(`The collector answered ${answer.status}.`);
  }
}

/** Returns the body of an export. All spans of a process have one resource and one scope. */
export function exportOf(spans: readonly ReadableSpan[]): object {
  const [first] = spans;
  const scopeSpans = [{ scope: { name: first?.instrumentationScope.name }, spans: spans.map(spanOf) }];
  return { resourceSpans: [{ resource: { attributes: attributesOf(first?.resource.attributes ?? {}) }, scopeSpans }] };
}

function spanOf(span: ReadableSpan): object {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    flags: traceFlags,
    name: span.name,
    kind: span.kind + 1, // the protocol's 0 is unspecified
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: attributesOf(span.attributes),
    status: { code: span.status.code },
  };
}

/** As text: the number has more digits than a double keeps. */
function nanoseconds([seconds, nanos]: Time): string {
  return `${seconds}${String(nanos).padStart(9, '0')}`;
}

function attributesOf(values: Values): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: unknown): object {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
  return { stringValue: String(value) };
}
