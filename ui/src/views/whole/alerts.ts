// Own alerts as the ticker shows them: of each the outside value that is best known.

interface AlertShown {
  id: string;
  last_seen: string | null;
  outside: { topic: string; value: string; sources: Record<string, unknown>; score: number | null }[];
}

/** What GET /api/v1/alerts answers, as far as it is shown here. */
export interface Told {
  alerts: AlertShown[];
}

export interface Alert {
  id: string;
  at: string;
  severity: 'low' | 'medium' | 'high';
  topic: string;
  value: string;
  /** How many other databases speak of the value. */
  others: number;
}

/** By the score of maliciousness; without one, by how many others know the value. */
function severity(score: number | null, others: number): Alert['severity'] {
  const share = score ?? others * 20;
  return share >= 70 ? 'high' : share >= 40 ? 'medium' : 'low';
}

export function told(answer: Told | null | undefined): Alert[] {
  return (answer?.alerts ?? []).flatMap(({ id, last_seen: at, outside }) => {
    const known = outside[0];
    if (!known || !at) return [];
    const others = new Set(Object.keys(known.sources).map((source) => source.split('@', 1)[0])).size;
    return [{ id, at, severity: severity(known.score, others), topic: known.topic, value: known.value, others }];
  });
}
