// The words of a rating sheet, and how its cut fields are typed.
import type { Schemas } from '../../api/client';

export const REASONS = ['sensor-exposure', 'personal-data', 'licence', 'victim', 'adversary-feedback'] as const;
export const CAVEATS = ['no-attrib', 'no-derive', 'no-export', 'no-push', 'pii', 'sensor-addr'] as const satisfies readonly Schemas['Caveat'][];
export const PAPS = [0, 1, 2, 3] as const satisfies readonly Schemas['Pap'][];
export const CLASSES = ['public', 'sensor', 'victim', 'person', 'raw'] as const satisfies readonly Schemas['FieldClass'][];

/** Read `name=class`, one a line; null: a line is not so. */
export function fieldsOf(typed: string): Record<string, Schemas['FieldClass']> | null {
  const fields: Record<string, Schemas['FieldClass']> = {};
  for (const line of typed.split('\n').map((one) => one.trim()).filter(Boolean)) {
    const [name, said] = line.split('=').map((one) => one.trim());
    const known = CLASSES.find((one) => one === said);
    if (!name || !known) return null;
    fields[name] = known;
  }
  return fields;
}
