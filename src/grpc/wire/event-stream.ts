import type { Readable } from 'node:stream';

/** One message of a stream of Server-Sent Events. */
export interface StreamedEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads Server-Sent Events (HTML Standard, section 9.2.6) as `EventStreamSink` writes them. */
export async function* readEvents(stream: Readable): AsyncGenerator<StreamedEvent> {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) {
    const blocks = (text + String(chunk)).split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) yield parsed(block);
  }
}

function parsed(block: string): StreamedEvent {
  const fields = block.split('\n').map((line): [string, string] => {
    const at = line.indexOf(': ');
    return [line.slice(0, at), line.slice(at + 2)];
  });
  return { event: 'message', id: '', data: '', ...Object.fromEntries(fields) };
}
