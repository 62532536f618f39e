/** Executes one statement and returns the number of rows that it changed. */
type Change = (sql: string) => Promise<number>;

/** What lets somebody in without a password. */
const STATEMENTS = {
  sessions: `UPDATE sessions SET ended_at = now(), end_reason = 'revoked' WHERE ended_at IS NULL`,
  apiKeys: 'UPDATE api_keys SET revoked_at = now() WHERE revoked_at IS NULL',
  mailedTokens: 'UPDATE mailed_tokens SET used_at = now() WHERE used_at IS NULL AND token_hash IS NOT NULL',
};

/**
 * Ends all sessions, API keys and mailed tokens of a copy, so that what opens the original does not open it too. Returns how many there were.
 * Safe to repeat.
 */
export async function endAccessOfCopy(change: Change): Promise<Readonly<Record<keyof typeof STATEMENTS, number>>> {
  return {
    sessions: await change(STATEMENTS.sessions),
    apiKeys: await change(STATEMENTS.apiKeys),
    mailedTokens: await change(STATEMENTS.mailedTokens),
  };
}
