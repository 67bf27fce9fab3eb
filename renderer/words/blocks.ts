/** A part of a text in the little Markdown that the app's own texts are written in: licences, model card. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** Headings, tables and paragraphs, in their order; marks of code within a line are left out. */
export function blocksOf(text: string): Block[] {
  return text
    .replaceAll('`', '')
    .split(/\n{2,}/u)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const heading = /^#+ (.*)$/u.exec(part)?.[1];
      if (heading !== undefined) return { kind: 'heading', text: heading };
      if (!part.startsWith('|')) return { kind: 'paragraph', text: part.replaceAll('\n', ' ') };
      const [head = [], , ...rows] = part.split('\n').map(cellsOf);
      return { kind: 'table', head, rows };
    });
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|$/gu, '')
    .split('|')
    .map((cell) => cell.trim());
}
