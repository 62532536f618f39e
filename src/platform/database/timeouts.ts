/** How long the API waits for a connection or an answer before it says 503, in milliseconds. */
export const DATABASE_TIMEOUT_MS = 4000;
