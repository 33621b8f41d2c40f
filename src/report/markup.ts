import { visibleText } from './wording.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for HTML content and for quoted attributes; invisible characters are written out. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** HTML that has been escaped already. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** A template whose every value is escaped unless it is `Markup`: forgetting to escape is not possible. */
export function markup(literals: TemplateStringsArray, ...values: readonly Part[]): Markup {
  let text = withoutIndent(literals[0]!);
  for (const [index, value] of values.entries()) {
    text += toHtml(value) + withoutIndent(literals[index + 1]!);
  }
  return new Markup(text);
}

function withoutIndent(literal: string): string {
  return literal.replace(/\n\s+/g, '\n');
}

function toHtml(value: Part): string {
  if (value instanceof Markup) return value.html;
  if (typeof value === 'object') return value.map((part) => part.html).join('');
  return escapeHtml(String(value));
}
