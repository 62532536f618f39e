export const root: string;
export function onNpmGone(listener: () => void): NodeJS.Timeout;
