// How is a number of bytes said?

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `640 MB`, `1.5 GB`, counted in 1024s as pg_size_pretty does. */
export function bytesInWords(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size < 10 && unit > 0 ? Math.round(size * 10) / 10 : Math.round(size)} ${units[unit]}`;
}
