import { describe, expect, it } from 'vitest';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { exportOf } from './otlp-exporter.js';

describe('An export by OTLP', () => {
  it('has resource, scope, ids, times in nanoseconds, kinds, typed attributes and states', () => {
    const memory = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'till-api' }),
      spanProcessors: [new SimpleSpanProcessor(memory)],
    });
    const attributes = { text: 'a', whole: 201, part: 0.5, yes: true };
    const span = provider
      .getTracer('till')
      .startSpan('GET', { kind: SpanKind.SERVER, attributes, startTime: [1_795_000_000, 5_000] });
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end([1_795_000_001, 0]);
    const { traceId, spanId } = span.spanContext();
    expect(JSON.parse(JSON.stringify(exportOf(memory.getFinishedSpans())))).toEqual({
      resourceSpans: [
        {
          resource: {
            attributes: expect.arrayContaining([
              { key: 'service.name', value: { stringValue: 'till-api' } },
            ]) as unknown,
          },
          scopeSpans: [
            {
              scope: { name: 'till' },
              spans: [
                {
                  traceId,
                  spanId,
                  flags: 1,
                  name: 'GET',
                  kind: 2,
                  startTimeUnixNano: '1795000000000005000',
                  endTimeUnixNano: '1795000001000000000',
                  attributes: [
                    { key: 'text', value: { stringValue: 'a' } },
                    { key: 'whole', value: { intValue: 201 } },
                    { key: 'part', value: { doubleValue: 0.5 } },
                    { key: 'yes', value: { boolValue: true } },
                  ],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});
