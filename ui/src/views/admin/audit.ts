// Reads the audit log as the server tells it, and checks that its entries hang together.
import type { Schemas } from '../../api/client';

export type Audited = Schemas['EntryShown'];

/** Read one entry a line. */
export function entriesOf(lines: string): Audited[] {
  return lines.split('\n').filter(Boolean).map((line) => {
    const told = JSON.parse(line) as Audited;
    // What is as usual is not told.
    return { ...told, entry: { ...told.entry, decision: told.entry.decision ?? 'allowed', about: told.entry.about ?? '', count: told.entry.count ?? 0, sources: told.entry.sources ?? [] } };
  });
}

/** Return the number of the first entry that does not follow the one before it; null: all do. */
export function firstBreak(entries: readonly Audited[]): number | null {
  const at = entries.findIndex((one, i) => i > 0 && (one.before !== entries[i - 1]?.hash || one.seq !== (entries[i - 1]?.seq ?? 0) + 1));
  return at < 0 ? null : (entries[at]?.seq ?? null);
}

/** Tell whether the signed end of the chain is the entry of its number; null: that one is not here. */
export function isHeadOf(head: Schemas['HeadShown'], entries: readonly Audited[]): boolean | null {
  const last = entries.find((one) => one.seq === head.seq);
  return last ? last.hash === head.hash : null;
}

/** Those in which every word is found: in who, what, about what, which sources. */
export function found(entries: readonly Audited[], typed: string): Audited[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ entry }) => {
    const said = [entry.principal, entry.organisation, entry.action, entry.about, entry.credential, entry.decision, ...entry.sources].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
