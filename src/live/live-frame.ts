import { encodeId } from '../shared/ids.js';
import { type LiveEvent, ownView, type Share } from './live-event.js';

type Transport = 'websocket' | 'sse';
type Shown = Exclude<Share, 'none'>;

/** An event as it is sent: each text is made once, however many connections get it. */
export class LiveFrame {
  private readonly texts = new Map<string, string>();

  constructor(readonly event: LiveEvent) {}

  text(transport: Transport, share: Shown): string {
    const key = `${transport} ${share}`;
    let text = this.texts.get(key);
    if (text === undefined) this.texts.set(key, (text = this.make(transport, share)));
    return text;
  }

  private make(transport: Transport, share: Shown): string {
    const { customerId, position, view } = this.event;
    const shown = share === 'whole' ? view : ownView(this.event, customerId && encodeId('usr', customerId));
    // JSON has no line breaks outside of its texts, so it is one line of an event stream.
    if (transport === 'sse') return `id: ${position}\ndata: ${JSON.stringify(shown)}\n\n`;
    return JSON.stringify({ type: 'event', event: shown });
  }
}
