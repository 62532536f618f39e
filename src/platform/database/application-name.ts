/** The name by which the connections of api, worker and migrations of a shop stand in `pg_stat_activity`; `schema` is that of a further shop. */
export function applicationNameOf(schema: string | undefined): string {
  return schema === undefined ? 'till' : `till ${schema}`;
}
