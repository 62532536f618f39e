/** Keeps who was denied what. The process that has an audit log provides it. */
export abstract class DenialLog {
  /** `route` is method and pattern, such as `GET /v1/users/:id`; `code` is the problem's. Never fails. */
  abstract note(denial: { readonly route: string; readonly path: string; readonly code: string }): void;
}
