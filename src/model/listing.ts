// How are many names said in one line?

/** `a`, `a and b`, `a, b and 3 more`. */
export function listing(names: readonly string[], most: number): string {
  const shown = names.slice(0, most);
  const last = names.length > most ? `${names.length - most} more` : shown.pop();
  return [...(shown.length > 0 ? [shown.join(', ')] : []), ...(last === undefined ? [] : [last])].join(' and ');
}
