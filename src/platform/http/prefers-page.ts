/** Whether an `Accept` header asks for a page: browsers name HTML; what names nothing, or everything alike, gets JSON. */
export function prefersPage(accept = ''): boolean {
  const [html, json] = [accept.indexOf('text/html'), accept.indexOf('application/json')];
  return html !== -1 && (json === -1 || html < json);
}
