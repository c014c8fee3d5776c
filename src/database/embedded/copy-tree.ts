// How is a tree of files copied quickly, and given to the user who runs the server?
import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Identity } from './identity.ts';

/** `to` must not exist. For the owner's eyes only; files are cloned where the file system can (copy-on-write). */
export function copyPrivately(from: string, to: string, owner?: Identity | undefined): void {
  mkdirSync(to, { mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      copyPrivately(source, target, owner);
      continue;
    }
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else copyFile(source, target);
    if (owner) lchownSync(target, owner.uid, owner.gid);
  }
  if (owner) lchownSync(to, owner.uid, owner.gid);
}

/** `to` must not exist. Everybody may read and run the copy; files are hard links where that is possible and does. */
export function copyForAll(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) copyForAll(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      const { mode } = lstatSync(source);
      const wanted = 0o444 | (mode & 0o777) | (mode & 0o100 ? 0o111 : 0);
      if (wanted === (mode & 0o777) && linked(source, target)) continue;
      copyFile(source, target);
      chmodSync(target, wanted);
    }
  }
}

/** File systems between which a clone was refused: asked once, since every file of a tree would be. */
const refused = new Set<string>();
const zeros = Buffer.alloc(65_536);

/**
 * A clone, or else a copy by hand: where node copies, it cuts the new file to nothing first, and for ext4 that is a
 * reason to write the file to the disk at once, which makes a thousand files slow to copy and slower to remove.
 * Zeros at the end (a new write-ahead log is little else) become a hole.
 */
function copyFile(source: string, target: string): void {
  const from = lstatSync(source);
  const pair = `${from.dev}:${lstatSync(dirname(target)).dev}`;
  if (!refused.has(pair)) {
    try {
      copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
      return;
    } catch {
      refused.add(pair);
    }
  }
  const content = readFileSync(source);
  let end = content.length;
  while (end > zeros.length && content.subarray(end - zeros.length, end).equals(zeros)) end -= zeros.length;
  writeFileSync(target, content.subarray(0, end), { flag: 'wx', mode: from.mode & 0o777 });
  if (end < content.length) truncateSync(target, content.length);
}

function linked(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch {
    return false;
  }
}
