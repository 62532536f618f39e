/** The channel of Redis on which a worker says that the log of events grew. A message has no content: who hears it reads the log. */
export const LOG_GREW = 'till:log-grew';
