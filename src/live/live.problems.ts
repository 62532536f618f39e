import type { ProblemDocs } from '../platform/http/index.js';

export const liveProblems: ProblemDocs = {
  too_many_live_connections: {
    title: 'Too many live connections',
    status: 429,
    help: 'LIVE_CONNECTIONS_PER_USER connections of this person or key are open to this process. One connection brings all events: share it between the windows of a page, and close those that are not needed.',
  },
  no_room_for_live_connection: {
    title: 'No room for a live connection',
    status: 503,
    help: 'The process has LIVE_CONNECTIONS connections, or is about to end. Connect again after `Retry-After`, with the id of the last event: nothing is missed.',
  },
  websocket_required: {
    title: 'WebSocket required',
    status: 400,
    help: 'Send the headers of a WebSocket handshake (RFC 6455), or read /v1/live/events. A proxy in front of Till may have removed `Upgrade`: see docs/live.md.',
  },
};
