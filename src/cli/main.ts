#!/usr/bin/env node
// Where does the program start, and where does it end?
import { setFlagsFromString } from 'node:v8';
import { version } from '../model/version.ts';
import { commands } from './commands/index.ts';
import { converse } from './session.ts';

// The parser is WebAssembly, and a run is too short for compiling it a second time, optimised, to pay: parsing 1,000 files
// takes half the time without. The flag is the whole process's, so the library does not set it.
setFlagsFromString('--liftoff-only');

const signals = ['SIGINT', 'SIGTERM'] as const;

async function askAtTerminal(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(question, { signal });
  } finally {
    reader.close();
  }
}

const exitCode = await converse({
  argv: process.argv.slice(2),
  env: process.env,
  directory: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  version,
  commands,
  onStop: (listener) => {
    for (const signal of signals) process.on(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
  onCrash: (listener) => {
    const idle = () => listener(new Error('nothing is left to wait for, and the verb has not ended'));
    process.on('uncaughtException', listener).on('beforeExit', idle);
    return () => {
      process.off('uncaughtException', listener).off('beforeExit', idle);
    };
  },
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askAtTerminal } : {}),
  leave: (code) => process.exit(code),
});
process.exit(exitCode);
