// How is a text written between dollar quotes, so that it is read as it stands?

/** `name` is the tag, counted up until the text does not hold it. */
export function dollarQuoted(text: string, name: string): string {
  for (let number = 0; ; number += 1) {
    const tag = `$${name}${number === 0 ? '' : number}`;
    if (!text.includes(tag)) return `${tag}$${text}${tag}$`;
  }
}
