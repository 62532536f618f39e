declare module 'pg/lib/utils.js' {
  const utils: { prepareValue(this: void, value: unknown): string | Buffer | null };
  // oxlint-disable-next-line import/no-default-export
  export default utils;
}
