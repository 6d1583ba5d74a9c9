// Looks up what was pasted: one question for all lines, a second one for the values within text.
import { apparent } from '../../api/apparent';
import { ApiError, fetched, type Schemas } from '../../api/client';
import { linesOf, MOST_LINES, partsOf, type Row, rowsOf } from './lines';

export class Looking {
  rows = $state.raw<Row[]>([]);
  error = $state.raw<ApiError>();
  isLoading = $state(false);
  /** How many lines were too many; 0: none. */
  tooMany = $state(0);
  #asked = 0;

  async ask(pasted: string): Promise<void> {
    const lines = linesOf(pasted);
    const turn = ++this.#asked;
    this.error = undefined;
    this.tooMany = lines.length > MOST_LINES ? lines.length : 0;
    if (this.tooMany || !lines.length) {
      this.rows = [];
      return;
    }
    this.isLoading = true;
    try {
      const answers = await matched(lines.map((one) => one.input));
      const texts = lines.filter((one, at) => answers[at]?.status === 'invalid' && /\s/.test(one.input));
      const parts = texts.flatMap((one) => partsOf(one.input).map((part) => ({ line: one.line, part })));
      const found = parts.length ? await matched(parts.map((one) => one.part)) : [];
      const within = new Map<number, Schemas['Match'][]>();
      found.forEach((match, at) => {
        const { line } = parts[at] ?? { line: 0 };
        within.set(line, [...(within.get(line) ?? []), match]);
      });
      if (turn !== this.#asked) return;
      this.rows = rowsOf(lines, answers, within);
    } catch (problem) {
      if (turn !== this.#asked) return;
      this.error = problem instanceof ApiError ? problem : new ApiError(0, 'broken', String(problem));
    } finally {
      if (turn === this.#asked) this.isLoading = false;
    }
  }
}

async function matched(values: string[]): Promise<Schemas['Match'][]> {
  const answer = await fetched('/api/v1/match', { method: 'POST', body: values.join('\n'), headers: { 'Content-Type': 'text/plain' } });
  const body = apparent(await answer.text());
  return body
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line) as Schemas['Match']);
}
