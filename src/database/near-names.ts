// Which of these names was perhaps meant?

function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** At most three, the nearest first: a few letters differ, or one name begins with the other. */
export function nearNames(meant: string, names: readonly string[]): readonly string[] {
  const wanted = meant.toLowerCase();
  return names
    .map((name) => {
      const other = name.toLowerCase();
      const begins = wanted.length > 2 && (other.startsWith(wanted) || wanted.startsWith(other));
      return { name, far: begins ? 1 : distance(wanted, other) };
    })
    .filter(({ far, name }) => far <= Math.max(1, Math.floor(Math.min(wanted.length, name.length) / 3)))
    .sort((left, right) => left.far - right.far || left.name.localeCompare(right.name))
    .slice(0, 3)
    .map(({ name }) => name);
}
