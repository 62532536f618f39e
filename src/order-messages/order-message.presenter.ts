import { encodeId } from '../shared/ids.js';
import type { SeenMessage } from './order-messages.service.js';
import type { OrderMessageView } from './order-message.view.js';

export function presentOrderMessage({ id, orderId, authorId, side, text, createdAt }: SeenMessage): OrderMessageView {
  return {
    id: encodeId('msg', id),
    orderId: encodeId('ord', orderId),
    side,
    authorId: authorId && encodeId('usr', authorId),
    text,
    createdAt: createdAt.toISOString(),
  };
}
