// Files that the browser saves: exports of what a view shows.

/** Have the browser save a text, or what a picture was drawn as. */
export function saveAs(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A name for a file about a value: nothing in it that a file system minds. */
export function fileName(value: string, ending: string): string {
  return `${value.replace(/[^\w.-]+/g, '_').slice(0, 80)}.${ending}`;
}
