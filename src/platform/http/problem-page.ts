import type { ProblemDoc } from './problem-doc.js';

/** The pages load nothing from elsewhere, run no script, and may not be framed. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'Cache-Control': 'public, max-age=300',
} as const;

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
  code, pre { font: .9em/1.5 ui-monospace, monospace; } pre { overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: 6px; }
  td { padding: .25rem 1rem .25rem 0; vertical-align: top; } small { opacity: .75; }`;

/** A problem as its page shows it. */
export interface ExplainedProblem extends ProblemDoc {
  readonly code: string;
  readonly status: number;
}

/** Returns the page of one problem: what happened, what to do, and how a response with it looks. */
export function problemPage({ code, title, status, help }: ExplainedProblem, publicUrl: string): string {
  const example = {
    type: `${publicUrl}/problems/${code}`,
    title,
    status,
    detail: '...',
    instance: '/v1/...',
    code,
    requestId: '...',
  };
  return page(
    title,
    `<p><small>Status ${status}, code <code>${code}</code></small></p>
<h2>What to do</h2>
<p>${inline(help)}</p>
<h2>A response with it</h2>
<pre>HTTP/1.1 ${status}
Content-Type: application/problem+json

${escape(JSON.stringify(example, undefined, 2))}</pre>
<p><code>detail</code> says what happened with this request; the log has more under its <code>requestId</code>.</p>
<p><a href="/problems">All problems</a> · <a href="/docs">All operations</a></p>`,
  );
}

/** Returns the page with all problems. */
export function problemsPage(problems: readonly ExplainedProblem[]): string {
  const rows = problems.map(
    ({ code, title, status }) =>
      `<tr><td>${status}</td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${escape(title)}</td></tr>`,
  );
  return page(
    'Problems',
    `<p>Every response that is an error names one of these as its <code>code</code>.</p><table>${rows.join('\n')}</table>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}
</style></head>
<body>
<h1>${escape(title)}</h1>
${body}
</body>
</html>
`;
}

/** Text with code between backticks. */
function inline(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
