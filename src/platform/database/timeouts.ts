/** How long the api waits for a connection or a result before it returns 503, in milliseconds. */
export const DATABASE_TIMEOUT_MS = 4000;
