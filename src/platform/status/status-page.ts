import type { ComponentStatus } from './availability.js';
import type { ComponentView, IncidentView, StatusView } from './status.view.js';

/** The page loads nothing from elsewhere, runs no script, and may not be framed. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'Cache-Control': 'no-store',
  Refresh: '30',
} as const;

const words: Readonly<Record<ComponentStatus, string>> = {
  operational: 'Operational',
  degraded: 'Degraded',
  down: 'Down',
};
const headlines: Readonly<Record<ComponentStatus, string>> = {
  operational: 'All systems are operational',
  degraded: 'Some systems are degraded',
  down: 'There is an outage',
};

const STYLE = `
  :root { color-scheme: light dark; --operational: #2da44e; --degraded: #bf8700; --down: #cf222e; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; border-left: .5rem solid; padding: .5rem 1rem; }
  h2 { font-size: 1.1rem; margin-top: 2rem; }
  .operational { border-color: var(--operational); } .degraded { border-color: var(--degraded); } .down { border-color: var(--down); }
  li { list-style: none; margin: 1rem 0; } ul { padding: 0; }
  .head { display: flex; justify-content: space-between; }
  .bar { display: flex; gap: 1px; height: 1.75rem; margin-top: .25rem; }
  .bar span { flex: 1; border-radius: 1px; }
  .bar .operational { background: var(--operational); } .bar .degraded { background: var(--degraded); } .bar .down { background: var(--down); }
  small { opacity: .75; }`;

/** Returns the page for people. */
export function statusPage({ status, updatedAt, components, incidents }: StatusView): string {
  const titles = new Map(components.map(({ component, title }) => [component, title]));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Status: ${words[status]}</title><style>${STYLE}
</style></head>
<body>
<h1 class="${status}">${headlines[status]}</h1>
<ul>${components.map((one) => componentItem(one)).join('')}</ul>
<h2>Incidents of the last 24 hours</h2>
${incidents.length === 0 ? '<p>None.</p>' : `<ul>${incidents.map((one) => incidentItem(one, titles)).join('')}</ul>`}
<p><small>Checked at ${time(updatedAt)}. This page is brought up to date every 30 seconds; programs read it as JSON with <code>Accept: application/json</code>.</small></p>
</body>
</html>
`;
}

function componentItem({ title, status, availability, lastDay }: ComponentView): string {
  const cells = lastDay.map((state) => `<span class="${state}"></span>`).join('');
  const share = Number(availability);
  const percent = (share * 100).toFixed(share === 1 ? 0 : 2);
  return `
<li><div class="head"><strong>${escape(title)}</strong><span>${words[status]}</span></div>
<div class="bar" role="img" aria-label="${percent} % available in the last 24 hours">${cells}</div><small>${percent} % available in the last 24 hours</small></li>`;
}

function incidentItem(
  { component, status, startedAt, endedAt }: IncidentView,
  titles: ReadonlyMap<string, string>,
): string {
  const end = endedAt === null ? '<strong>still open</strong>' : `until ${time(endedAt)}`;
  return `
<li>${escape(titles.get(component) ?? component)}: ${words[status].toLowerCase()} since ${time(startedAt)}, ${end}</li>`;
}

function time(iso: string): string {
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
