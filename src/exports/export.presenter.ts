import { encodeId } from '../shared/ids.js';
import type { SignedLink } from './domain/export-link.js';
import type { ExportEntity } from './export.entity.js';
import type { ExportView } from './export.view.js';

const DAY_MS = 86_400_000;

/** What a view needs beside its export. */
interface Around {
  readonly link: SignedLink | undefined;
  readonly publicUrl: string;
  readonly retentionDays: number;
}

export function presentExport(its: ExportEntity, { link, publicUrl, retentionDays }: Around): ExportView {
  const { kind, format, status, parameters, reason, rowCount, byteCount, createdAt, finishedAt } = its;
  const id = encodeId('exp', its.id);
  const query = link && new URLSearchParams({ expires: String(link.expires), signature: link.signature }).toString();
  return {
    id,
    kind,
    format,
    from: parameters.from,
    to: parameters.to,
    timeZone: parameters.timeZone,
    by: parameters.by ?? null,
    status,
    progress: progressOf(its),
    rows: rowCount,
    bytes: byteCount,
    reason,
    url: query ? `${publicUrl}/v1/exports/${id}/file?${query}` : null,
    urlExpiresAt: link ? new Date(link.expires * 1000).toISOString() : null,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    expiresAt: new Date(createdAt.getTime() + retentionDays * DAY_MS).toISOString(),
  };
}

/** Returns how much of the period is written, in per cent: ids have the time of their rows (RFC 9562, section 5.7). */
function progressOf({ status, place, parameters: { from, to } }: ExportEntity): number {
  if (status === 'ready') return 100;
  if (place === null) return 0;
  const [at, first, end] = [Number.parseInt(place.replace('-', '').slice(0, 12), 16), Date.parse(from), Date.parse(to)];
  return Math.min(99, Math.max(0, Math.floor(((at - first) / (end - first)) * 100)));
}
